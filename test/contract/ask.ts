/** One plain HTTP request, sent exactly as written: no redirects, no retries, no cleaning of the path. */
import { Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

export interface Question {
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Buffer | string;
}

/** `path` goes to the server byte by byte, so that `..` and `%2e` arrive as they are. */
export function ask(origin: string, method: string, path: string, question: Question = {}): Promise<Answer> {
  const { hostname, port } = new URL(origin);
  const host = hostname.replace(/^\[|\]$/g, '');
  // Keeps the connection, so that a `Connection: close` in an answer is the server's own wish.
  const agent = new Agent({ keepAlive: true });
  return new Promise<Answer>((resolve, reject) => {
    const outgoing = request({ host, port, method, path, headers: question.headers ?? {}, agent }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const body = Buffer.concat(chunks);
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body, text: body.toString('utf8') });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(question.body);
  }).finally(() => {
    agent.destroy();
  });
}

/** The body of an answer that must be JSON. */
function jsonOf(answer: Answer): unknown {
  return JSON.parse(answer.text);
}

/** A list of objects out of a JSON answer. */
export function itemsOf(answer: Answer): Record<string, unknown>[] {
  return jsonOf(answer) as Record<string, unknown>[];
}

/** One object out of a JSON answer. */
export function recordOf(answer: Answer): Record<string, unknown> {
  return jsonOf(answer) as Record<string, unknown>;
}
