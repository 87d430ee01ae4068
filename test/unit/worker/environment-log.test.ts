import { describe, expect, it } from 'vitest';
import { readLogFormat, readLogLevel } from '../../../src/worker/environment/log-settings.ts';

describe('LOG_LEVEL', () => {
  it.each(['verbose', 'WARNING', 'FATAL', 'OFF', '3', ' INFO', 'constructor'])(
    'is a fault when it is no level: %s',
    (LOG_LEVEL) => {
      expect(() => readLogLevel({ LOG_LEVEL })).toThrow(
        expect.objectContaining({
          code: 'INVALID_ENVIRONMENT',
          message: `LOG_LEVEL is not one of its values [LOG_LEVEL=${LOG_LEVEL}]. Use one of TRACE, DEBUG, INFO, WARN, ERROR`,
        }),
      );
    },
  );

  it.each([
    [undefined, 'INFO'],
    ['', 'INFO'],
    ['TRACE', 'TRACE'],
    ['warn', 'WARN'],
  ])('when it is %j, the level is %s', (LOG_LEVEL, level) => {
    expect(readLogLevel({ LOG_LEVEL })).toBe(level);
  });
});

describe('LOG_FORMAT', () => {
  it.each([
    [undefined, true, 'text'],
    [undefined, false, 'json'],
    ['', false, 'json'],
    ['text', false, 'text'],
    ['json', true, 'json'],
    ['JSON', true, 'json'],
  ])('when it is %j and stderr a terminal is %s, the format is %s', (LOG_FORMAT, isTerminal, format) => {
    expect(readLogFormat({ LOG_FORMAT }, isTerminal)).toBe(format);
  });

  it('is a fault when it is no format', () => {
    expect(() => readLogFormat({ LOG_FORMAT: 'yaml' })).toThrow(
      expect.objectContaining({
        code: 'INVALID_ENVIRONMENT',
        message: 'LOG_FORMAT is not one of its values [LOG_FORMAT=yaml]. Use one of text, json',
      }),
    );
  });
});
