/** Whom a command speaks to and as whom: worked out from inputs and context before any request. */
import { Failure } from '../../core/errors.ts';
import { MIN_SECRET_LENGTH } from '../../core/text.ts';
import { parseApiUrl, projectPath, sameOrigin } from '../../gitlab/address.ts';
import { projectName } from '../../gitlab/project-name.ts';
import { createClient, type Client } from '../../gitlab/http/client.ts';
import {
  createCredential,
  jobTokenProblem,
  secretsOf,
  type Credential,
  type TokenInput,
} from '../../gitlab/credentials.ts';
import type { Context } from '../../definitions/context.ts';
import type { ValuesOf } from '../../definitions/inputs.ts';
import type { Problem, Tools } from '../../definitions/command.ts';
import { VERSION } from '../../version.ts';
import type { connectionInputs } from './connection-inputs.ts';
import { readAuthorities, readClientCertificate } from './certificate-files.ts';
import { problemsIn, valueIn, type Finding, type Gathering } from './findings.ts';
import { logPauses, logRetries } from './retry-notes.ts';

export type ConnectionInputs = ValuesOf<typeof connectionInputs>;

const GITLAB_COM = 'https://gitlab.com/api/v4';
const FOR_PACKAGES =
  'a personal, project or group access token with the scope `api`, or a deploy token with `write_package_registry`';

const SHORT_TOKEN =
  `has fewer than ${MIN_SECRET_LENGTH} characters, so it cannot be a token of GitLab, and hiding it would spoil ` +
  'other texts of the log. Check where the value comes from';

export interface Connection {
  readonly api: URL;
  readonly project: string;
  /** Absent: requests go out without a credential. */
  readonly credential: Credential | undefined;
}

/** Where the server alone is known, what it needs can still be looked at: all problems are told at once. */
export type ConnectionFinding = Gathering<Connection> & { readonly server: Server | undefined };

/** Every problem of the connection that can be seen without asking the network. */
export function findConnection(inputs: ConnectionInputs, context: Context): ConnectionFinding {
  const found = findServer(inputs, context);
  const server = valueIn(found);
  const project = findProject(inputs, context, server);
  if (server !== undefined && 'value' in project) return { value: { ...server, project: project.value }, server };
  return { problems: [...problemsIn(project), ...problemsIn(found)], server };
}

function findProject(inputs: ConnectionInputs, context: Context, server: Server | undefined): Finding<string> {
  const given = inputs.project ?? context.job?.projectId;
  const missing = 'is required and was not given: the numeric id or the full path of the GitLab project';
  if (given === undefined) return { problem: { input: 'project', problem: missing } };
  const problems: Problem[] = [];
  const project = catching(problems, 'project', () => {
    const name = projectName(given, server?.api);
    projectPath(name);
    return name;
  });
  const [problem] = problems;
  return problem === undefined ? { value: project ?? given } : { problem };
}

/** A GitLab, and who asks it. */
export interface Server extends Omit<Connection, 'project'> {
  /** Rate limits are waited for as long as the run may take. */
  readonly waitsForLimits?: boolean;
}

/** The same without a project, for what belongs to none. */
export function findServer(inputs: ConnectionInputs, context: Context): Gathering<Server> {
  const problems: Problem[] = [];
  const api = catching(problems, 'api-url', () =>
    parseApiUrl(inputs['api-url'] ?? context.job?.apiUrl ?? GITLAB_COM, { allowHttp: inputs['allow-http'] }),
  );
  const credential = api && catching(problems, 'token', () => chooseCredential(inputs, api, context));
  if (inputs['max-time'] === 0)
    problems.push({ input: 'max-time', problem: 'must be longer than `0s`, which leaves no time for a request' });
  if (problems.length > 0 || api === undefined) return { problems };
  return { value: { api, credential } };
}

const NOT_GIVEN = 'is required and was not given';

/** Why a run that needs a credential has none; a problem to report, not a request to make. */
export function missingCredential(inputs: ConnectionInputs, context: Context, fitting: string = FOR_PACKAGES): Problem {
  const foreign =
    context.job?.jobToken !== undefined && inputs.token.kind === 'auto'
      ? ' (the job token is not used here, for `api-url` is not this GitLab)'
      : '';
  const way =
    context.platform === 'terminal'
      ? 'Set GENERIC_PACKAGES_TOKEN, or give --token-env NAME or --token-file PATH'
      : 'Give one';
  const how = inputs.token.kind === 'none' ? 'is required, and it was given as `none`' : NOT_GIVEN + foreign;
  return { input: 'token', problem: `${how}. ${way}: ${fitting}; a GitLab job has its own` };
}

/** Opens the client that all requests of `work` go through, and closes it however that ends. */
export async function withClient<T>(
  server: Server,
  inputs: ConnectionInputs,
  tools: Tools,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = await connect(server, inputs, tools);
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

async function connect(connection: Server, inputs: ConnectionInputs, tools: Tools): Promise<Client> {
  if (connection.credential !== undefined) tools.mask(secretsOf(connection.credential));
  const authorities = await readAuthorities(inputs['ca-file'], tools);
  const certificate = inputs['client-certificate'];
  return createClient({
    api: connection.api,
    credential: connection.credential,
    userAgent: `generic-packages/${VERSION}`,
    concurrency: inputs.concurrency,
    retries: inputs.retries,
    timeoutMs: inputs.timeout,
    ...(authorities === undefined ? {} : { ca: authorities }),
    ...(certificate === undefined
      ? {}
      : { clientCertificate: await readClientCertificate(certificate, tools.context) }),
    allowHttp: inputs['allow-http'],
    ...(connection.waitsForLimits === true ? { waitsForLimits: true } : {}),
    proxy: tools.context.proxy,
    signal: tools.signal,
    onRequest: (line) => {
      const outcome = line.status ?? line.error ?? 'no answer';
      const id = line.requestId === undefined ? '' : ` id ${line.requestId}`;
      tools.log.detail(`${line.method} ${line.url} → ${outcome}, ${line.ms} ms, try ${line.try}${id}`);
    },
    onRetry: logRetries(tools.log, Date.now),
    onPause: logPauses(tools.log),
  });
}

function chooseCredential(inputs: ConnectionInputs, api: URL, context: Context): Credential | undefined {
  const token = chosenToken(inputs, api, context);
  return token === undefined
    ? undefined
    : credentialFor({ token, type: inputs['token-type'], username: inputs.username }, api, context);
}

/** Fails with `usage` on a token that cannot be one, and on a job token that is not for this server. */
export function credentialFor(input: Omit<TokenInput, 'jobToken'>, api: URL, context: Context): Credential {
  if (input.token.length < MIN_SECRET_LENGTH) throw new Failure('usage', SHORT_TOKEN);
  const jobToken = context.job?.jobToken;
  const credential = createCredential({ ...input, ...(jobToken === undefined ? {} : { jobToken }) });
  const serverUrl = context.job?.serverUrl;
  const problem = jobTokenProblem(credential, {
    api,
    ...(serverUrl === undefined ? {} : { serverUrl }),
    ...(jobToken === undefined ? {} : { jobToken }),
  });
  if (problem !== undefined) throw new Failure('usage', problem);
  return credential;
}

function chosenToken(inputs: ConnectionInputs, api: URL, context: Context): string | undefined {
  if (inputs.token.kind === 'value') return inputs.token.value;
  const { jobToken, apiUrl } = context.job ?? {};
  if (inputs.token.kind === 'none' || jobToken === undefined || apiUrl === undefined) return undefined;
  return sameOrigin(api, new URL(apiUrl)) ? jobToken : undefined;
}

/** A message that begins with the input's name would say it twice. */
function withoutName(message: string, input: string): string {
  return message.startsWith(`${input} `) ? message.slice(input.length + 1) : message;
}

/** What `work` returns; its failure becomes a problem of that input. */
export function catching<T>(problems: Problem[], input: string, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    problems.push({
      input,
      problem: withoutName(error.message, input) + (error.hint === undefined ? '' : `. ${error.hint}`),
    });
    return undefined;
  }
}
