/** A client that only uploads, one file after the other, and remembers what it was answered: the load of a kill. */
import { Agent, request as send, type ClientRequest } from 'node:http';
import { sha256 } from '../../support/raw.ts';
import { PROJECT, TOKENS } from '../../support/registry.ts';

/** One PUT. `answered` is false where the connection ended before an answer came. */
export interface Attempt {
  readonly version: string;
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
  answered: boolean;
}

export const PACKAGE = 'load';

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** One request with the personal token; rejects when the connection ends before the whole answer is there. */
export function ask(agent: Agent, url: string, method = 'GET', body?: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = {
      'PRIVATE-TOKEN': TOKENS.personal,
      ...(body === undefined ? {} : { 'Content-Length': body.length }),
    };
    const sending = send(url, { agent, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) });
      });
    });
    sending.on('error', reject);
    sending.end(body);
  });
}

export function fileUrl(registry: string, version: string, name: string): string {
  return `${registry}/api/v4/projects/${PROJECT.id}/packages/generic/${PACKAGE}/${version}/${name}`;
}

/** Uploads what `next` makes until the registry is gone; throws for an answer that is no success. */
export async function writeUntilGone(
  registry: string,
  next: (index: number) => { version: string; name: string; body: Buffer },
  attempts: Attempt[],
  onAnswer: () => void,
): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  try {
    for (let index = 0; ; index += 1) {
      const { version, name, body } = next(index);
      const attempt: Attempt = { version, name, size: body.length, sha256: sha256(body), answered: false };
      attempts.push(attempt);
      // Both of GitLab's answers to an upload: 201 with a message, 200 with the stored record.
      const query = index % 2 === 0 ? '' : '?select=package_file';
      const answer = await ask(agent, fileUrl(registry, version, name) + query, 'PUT', body).catch(() => undefined);
      if (answer === undefined) return;
      if (answer.status !== (index % 2 === 0 ? 201 : 200))
        throw new Error(`PUT ${name}: ${answer.status} ${String(answer.body)}`);
      attempt.answered = true;
      onAnswer();
    }
  } finally {
    agent.destroy();
  }
}

/** An upload whose body the test sends as it likes. */
export function openUpload(url: string, size: number): { sending: ClientRequest; status: Promise<number> } {
  const sending = send(url, { method: 'PUT', headers: { 'PRIVATE-TOKEN': TOKENS.personal, 'Content-Length': size } });
  const status = new Promise<number>((resolve, reject) => {
    sending.on('error', reject);
    sending.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
  });
  return { sending, status };
}
