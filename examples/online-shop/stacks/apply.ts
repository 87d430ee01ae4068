import { applyProgram } from '../../../infra/local.ts';
import shipping from './shipping/index.ts';
import shop from './shop/index.ts';

const SHOP = 'acme/online-shop/local';

/** Applies both stacks to the emulator. They are two deployments: all that Shipping learns of the shop is what its stack returns. */
export async function applyStacks(endpoint: string) {
  // It would tell of policies and keys, which the emulator has not.
  const options = { endpoint, log: () => {} };
  const ofShop = await applyProgram(shop, { ...options, project: 'online-shop' });
  const ofShipping = await applyProgram(shipping, {
    ...options,
    project: 'shipping',
    config: { shop: SHOP },
    stackOutputs: { [SHOP]: ofShop },
  });
  return { shop: ofShop, shipping: ofShipping };
}
