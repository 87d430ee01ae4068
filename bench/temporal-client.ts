import { Client, Connection } from '@temporalio/client';

/** Histories of long runs are larger than gRPC's default of 4 MB. */
const MAX_ANSWER_BYTES = 64 * 1_024 * 1_024;

export async function connectClient(address: string): Promise<Client> {
  const channelArgs = { 'grpc.max_receive_message_length': MAX_ANSWER_BYTES };
  return new Client({ connection: await Connection.connect({ address, channelArgs }) });
}
