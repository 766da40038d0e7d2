import { expect } from 'chai';
import { readNotification } from '../../../src/lib/queue/notification';

describe('lib/queue/notification', () => {
  it('says what is wrong with data that holds none, cut to some 200 characters', () => {
    const message = 'Job data must be { phoneNumber: string, message: string }, not';
    expect(() => readNotification(undefined)).to.throw(`${message} undefined`);
    const long = { phoneNumber: 17, message: 'x'.repeat(1e6) };
    expect(() => readNotification(long)).to.throw(`${message} ${JSON.stringify(long).slice(0, 199)}`);
  });
});
