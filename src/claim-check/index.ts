export {
  type PayloadPointer,
  type PayloadSource,
  type PayloadStore,
  readPointer,
  resolveBody,
} from '../common/claim-check.ts';
export { S3ClaimCheck, type S3ClaimCheckOptions } from './s3-claim-check.ts';
