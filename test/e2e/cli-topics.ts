// What a user gives as `--spec`.
import { customers } from '../support/customer.ts';

export const Customer = customers('Customer');
export const Stream = customers('Stream', { ordering: 'position' });
