import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { afterEach, describe, expect, it } from 'vitest';
import { readSettings, type ShopSettings } from '../../infra/settings.ts';
import { parseYaml } from './support/pulumi-engine.ts';

const PROJECT = 'event-topic-shop';
const infra = resolve(import.meta.dirname, '../../infra');
const defaults = {
  eventTopics: ['Customer', 'Order'],
  eventCollectors: ['ReadModel', 'Notification'],
  encryption: 'awsManaged',
  claimCheck: false,
  deadLetterQueues: false,
};

afterEach(() => pulumi.runtime.setAllConfig({}));

/** The settings of a stack with this configuration, values as Pulumi hands them to a program. */
function settingsOf(config: Record<string, string>): ShopSettings {
  const named = Object.entries(config).map(([key, value]) => [`${PROJECT}:${key}`, value]);
  pulumi.runtime.setAllConfig(Object.fromEntries(named));
  return readSettings(new pulumi.Config(PROJECT));
}

function messageOf(config: Record<string, string>): string {
  try {
    settingsOf(config);
  } catch (error) {
    if (!pulumi.RunError.isInstance(error)) throw error;
    return error.message;
  }
  return 'nothing is wrong';
}

describe('settings', () => {
  it('have defaults', () => {
    expect(settingsOf({})).toEqual(defaults);
  });

  it('are read from the configuration of the stack', () => {
    const config = {
      eventTopics: '["Payment"]',
      eventCollectors: '[]',
      encryption: 'customerKey',
      alarmActions: '["arn:aws:sns:eu-central-1:123456789012:on-call"]',
      claimCheck: 'true',
      deadLetterQueues: 'true',
      tags: '{"team":"shop"}',
    };

    expect(settingsOf(config)).toEqual({
      eventTopics: ['Payment'],
      eventCollectors: [],
      encryption: 'customerKey',
      alarmActions: ['arn:aws:sns:eu-central-1:123456789012:on-call'],
      claimCheck: true,
      deadLetterQueues: true,
      tags: { team: 'shop' },
    });
  });

  it('leave alarms and tags out when there are none, as Pulumi.yaml has it', () => {
    expect(settingsOf({ alarmActions: '[]', tags: '{}' })).toEqual(defaults);
  });

  it('do not mind the configuration of others', () => {
    pulumi.runtime.setAllConfig({ 'aws:region': 'eu-central-1', 'event-topic-shop-2:size': '3' });

    expect(readSettings(new pulumi.Config(PROJECT))).toEqual(defaults);
  });
});

describe('a faulty configuration', () => {
  it('is refused with all its faults at once', () => {
    const config = {
      encryption: 'aes',
      alarmActions: '["arn:aws:sns:eu-central-1:123456789012:on-call","on-call"]',
      claimCheck: 'yes',
      deadLetterQueues: '1',
      tags: '{"team":7,"AWS:stack":"a"}',
      alarmAction: 'arn:aws:sns:eu-central-1:123456789012:on-call',
    };

    expect(messageOf(config)).toBe(
      [
        'The configuration of the stack is wrong [faults=7]. Correct it with `pulumi config`:',
        '  - event-topic-shop:alarmAction: is no setting of this program; there are eventTopics, eventCollectors, encryption, alarmActions, claimCheck, deadLetterQueues, tags',
        '  - event-topic-shop:encryption: must be "awsManaged" or "customerKey" [value="aes"]',
        '  - event-topic-shop:alarmActions[1]: must be an ARN [value="on-call"]',
        '  - event-topic-shop:claimCheck: must be true or false [value="yes"]',
        '  - event-topic-shop:deadLetterQueues: must be true or false [value=1]',
        '  - event-topic-shop:tags.team: must be text of at most 256 characters [value=7]',
        '  - event-topic-shop:tags.AWS:stack: must have a key of 1 to 128 characters that does not begin with "aws:"',
      ].join('\n'),
    );
  });

  it.each([
    ['eventTopics', 'Customer', 'eventTopics: must be a list of names [value="Customer"]'],
    ['eventTopics', '[]', 'eventTopics: must hold at least one name'],
    [
      'eventTopics',
      '["Customer","My Order"]',
      'eventTopics[1]: must be 1 to 51 letters, digits, "-" or "_" [value="My Order"]',
    ],
    ['eventCollectors', '[7]', 'eventCollectors[0]: must be 1 to 51 letters, digits, "-" or "_" [value=7]'],
    ['eventCollectors', '["A","A"]', 'eventCollectors[1]: repeats a name [value="A"]'],
    ['encryption', 'true', 'encryption: must be "awsManaged" or "customerKey" [value=true]'],
    ['alarmActions', 'on-call', 'alarmActions: must be a list of ARNs [value="on-call"]'],
    ['alarmActions', '{}', 'alarmActions: must be a list of ARNs [value={}]'],
    ['claimCheck', '', 'claimCheck: must be true or false [value=""]'],
    ['tags', 'team=shop', 'tags: must be an object of tags [value="team=shop"]'],
    ['tags', 'null', 'tags: must be an object of tags [value=null]'],
    ['tags', '["shop"]', 'tags: must be an object of tags [value=["shop"]]'],
  ])('is one with %s of %s', (key, value, fault) => {
    expect(messageOf({ [key]: value })).toContain(
      `[faults=1]. Correct it with \`pulumi config\`:\n  - event-topic-shop:${fault}`,
    );
  });

  it('is one with more than AWS takes', () => {
    const action = 'arn:aws:sns:eu-central-1:123456789012:on-call';
    const alarmActions = (length: number): string => JSON.stringify(Array(length).fill(action));
    const tags = (count: number): string =>
      JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag${index}`, ''])));

    expect(messageOf({ alarmActions: alarmActions(5), tags: tags(50) })).toBe('nothing is wrong');
    expect(messageOf({ alarmActions: alarmActions(6), tags: tags(51) })).toMatch(
      /alarmActions: must hold at most 5 \[length=6\]\n.*tags: must hold at most 50 \[tags=51\]$/,
    );
    expect(messageOf({ tags: JSON.stringify({ ['k'.repeat(129)]: 'v'.repeat(257) }) })).toContain(
      '[faults=2]',
    );
    expect(messageOf({ tags: JSON.stringify({ ['k'.repeat(128)]: 'v'.repeat(256) }) })).toBe(
      'nothing is wrong',
    );
  });
});

describe('Pulumi.yaml', () => {
  interface Declared {
    readonly description: string;
    readonly default?: unknown;
    readonly value?: unknown;
  }

  it('describes each setting, with the default that the program has', async () => {
    const { config } = (await read('Pulumi.yaml')) as { config: Record<string, Declared> };
    const declared = Object.entries(config).map(([key, { default: fallback, value = fallback }]) => [
      key,
      text(value),
    ]);

    expect(declared.map(([key]) => key)).toEqual([
      'eventTopics',
      'eventCollectors',
      'encryption',
      'alarmActions',
      'claimCheck',
      'deadLetterQueues',
      'tags',
    ]);
    expect(settingsOf(Object.fromEntries(declared))).toEqual(defaults);
    expect(Object.values(config).every(({ description }) => description.length > 0)).toBe(true);
  });

  it('has an example of a stack that sets all of it', async () => {
    const { config } = (await read('Pulumi.example.yaml')) as { config: Record<string, unknown> };
    const { 'aws:region': region, ...own } = config;
    const texts = Object.entries(own).map(([key, value]) => [key.replace(`${PROJECT}:`, ''), text(value)]);

    expect(region).toBe('eu-central-1');
    expect(Object.keys(settingsOf(Object.fromEntries(texts)))).toHaveLength(7);
  });

  /** As Pulumi does. */
  function text(value: unknown): string {
    return typeof value === 'string' ? value : JSON.stringify(value);
  }

  async function read(file: string): Promise<unknown> {
    return parseYaml(await readFile(resolve(infra, file), 'utf8'));
  }
});
