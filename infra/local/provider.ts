import type { Inputs } from './inputs.ts';
import type { AppliedResource, ResourceType } from './resource-type.ts';

/** A provider of AWS: another region of the emulator, which has one account only. Its id is its region, so that its resources tell it. */
export const provider: ResourceType = {
  properties: ['region'],
  apply: async (inputs, { region }) => identity(inputs, region),
  identify: async (inputs, { region }) => identity(inputs, region),
  async remove() {},
};

function identity({ region }: Inputs, ownRegion: string): AppliedResource {
  return { id: String(region ?? ownRegion), outputs: {} };
}

/** The region of a resource: its own, that of its provider, or none that it says. */
export function regionOf(inputs: Inputs, providerReference: string | undefined): string | undefined {
  const { region } = inputs;
  if (typeof region === 'string') return region;
  // `<urn>::<id>`
  return providerReference?.split('::').at(-1) || undefined;
}
