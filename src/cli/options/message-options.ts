/** Of commands that take messages which a person has written. */
export const serviceOption = {
  service: {
    type: 'string',
    describe:
      'Fills what a message lacks of meta: this service, the time, a new msgId … Default: meta must be complete',
  },
} as const;
