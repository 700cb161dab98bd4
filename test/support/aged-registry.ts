/** An embedded registry whose versions have an age: what was published so many days ago, by whom, and what points at it. */
import { inParallel } from '../../src/transfer/in-parallel.ts';
import { startRegistry, type RunningRegistry } from '../../src/registry/server.ts';
import { PROJECT } from './registry.ts';

export const AGED_TOKENS = {
  maintainer: 'glpat-main/tain+er%20=secret',
  owner: 'glpat-own/er+secret=0001',
  reader: 'glpat-read/api+secret=0003',
  jobOfMaintainer: 'glcbt-64_job/of+main=tainer',
  jobOfDeveloper: 'glcbt-64_job/of+dev=eloper',
  deploy: 'gldt-dep/loy+secret=0005',
} as const;

/** Pipelines by how they stand, each with a job token of its own. */
export const PIPELINES = { running: 701, over: 702, manual: 703, other: 704 } as const;

export interface AgedVersion {
  readonly version: string;
  readonly name?: string;
  /** Days ago. */
  readonly age: number;
  readonly status?: 'default' | 'hidden';
  /** Whose job published it; absent: a person. */
  readonly by?: keyof typeof PIPELINES;
  readonly files?: Readonly<Record<string, string>>;
}

export interface AgedSetup {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly tags?: readonly string[];
  readonly variables?: readonly object[];
  readonly latency?: number;
}

export interface AgedRegistry {
  readonly registry: RunningRegistry;
  publish(versions: readonly AgedVersion[]): Promise<void>;
  /** Versions of one age and one file each, many at once. */
  publishAtOnce(versions: readonly AgedVersion[]): Promise<void>;
  /** One file more, now; as an upload by curl. */
  put(of: { readonly name?: string; readonly version: string }, file: string, more?: PutMore): Promise<Response>;
  get(of: { readonly name?: string; readonly version: string }, file: string): Promise<Response>;
  /** As a Maintainer, below the project. */
  ask(method: string, path: string, body?: object): Promise<Response>;
  /** `name version` of what a list with that status shows, sorted. */
  listed(status?: string): Promise<string[]>;
  close(): Promise<void>;
}

interface PutMore {
  readonly status?: string;
  readonly token?: string;
  readonly content?: string;
  /** Days ago. */
  readonly age?: number;
}

const DAY = 86_400_000;

export async function openAgedRegistry({
  settings = {},
  tags = [],
  variables = [],
  latency,
}: AgedSetup = {}): Promise<AgedRegistry> {
  let back = 0;
  const project = PROJECT.id;
  const personal = { kind: 'personal', scopes: ['api'] };
  const long = new Date(Date.now() - 20 * DAY).toISOString();
  const registry = await startRegistry({
    port: 0,
    record: true,
    clock: () => Date.now() - back,
    ...(latency === undefined ? {} : { latency }),
    config: {
      projects: [PROJECT, { id: 77, path: 'acme/code' }],
      tokens: [
        { ...personal, token: AGED_TOKENS.maintainer, role: 'maintainer' },
        { ...personal, token: AGED_TOKENS.owner, role: 'owner' },
        { ...personal, token: AGED_TOKENS.reader, role: 'maintainer', scopes: ['read_api'] },
        { token: AGED_TOKENS.jobOfMaintainer, kind: 'job', role: 'maintainer', project },
        { token: AGED_TOKENS.jobOfDeveloper, kind: 'job', role: 'developer', project },
        { token: AGED_TOKENS.deploy, kind: 'deploy', project },
        ...Object.values(PIPELINES).map((pipeline) => ({
          ...{ token: jobToken(pipeline), kind: 'job', role: 'developer', project, pipeline },
        })),
      ],
      pipelines: [
        { id: PIPELINES.running, project, status: 'running', updated_at: long },
        { id: PIPELINES.over, project, status: 'failed', updated_at: long },
        { id: PIPELINES.manual, project, status: 'manual', updated_at: long },
        { id: PIPELINES.other, project, status: 'success', updated_at: long },
      ],
      tags: tags.map((name) => ({ project, name })),
      variables: variables.map((variable) => ({ project, ...variable })),
      settings,
    },
  });
  const api = `${registry.apiUrl}/projects/${PROJECT.id}`;
  const put: AgedRegistry['put'] = async ({ name = 'widget', version }, file, more = {}) => {
    const { status, token = AGED_TOKENS.maintainer, content = `${file} of ${version}`, age = 0 } = more;
    const query = status === undefined ? '' : `?status=${status}`;
    back = age * DAY;
    try {
      return await fetch(`${api}/packages/generic/${name}/${version}/${file}${query}`, {
        method: 'PUT',
        headers: token.startsWith('glcbt-') ? { 'JOB-TOKEN': token } : { 'PRIVATE-TOKEN': token },
        body: content,
      });
    } finally {
      back = 0;
    }
  };
  const headers = { 'PRIVATE-TOKEN': AGED_TOKENS.maintainer };
  const ask: AgedRegistry['ask'] = (method, path, body) =>
    fetch(`${api}${path}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    registry,
    put,
    ask,
    publish: async (versions) => {
      for (const { by, files = { 'file.txt': 'content' }, status, age, ...of } of versions) {
        const token = by === undefined ? AGED_TOKENS.maintainer : jobToken(PIPELINES[by]);
        for (const [file, content] of Object.entries(files)) {
          const answer = await put(of, file, { content, token, age, ...(status === undefined ? {} : { status }) });
          if (!answer.ok) throw new Error(`PUT ${of.version}/${file}: ${answer.status} ${await answer.text()}`);
        }
      }
    },
    publishAtOnce: async (versions) => {
      back = (versions[0]?.age ?? 0) * DAY;
      await inParallel(versions, 64, async ({ name = 'widget', version, by, status }) => {
        const query = status === undefined ? '' : `?status=${status}`;
        const answer = await fetch(`${api}/packages/generic/${name}/${version}/file.txt${query}`, {
          method: 'PUT',
          headers: by === undefined ? headers : { 'JOB-TOKEN': jobToken(PIPELINES[by]) },
          body: 'content',
        });
        if (!answer.ok) throw new Error(`PUT ${version}: ${answer.status} ${await answer.text()}`);
        await answer.arrayBuffer();
      });
      back = 0;
    },
    get: ({ name = 'widget', version }, file) =>
      fetch(`${api}/packages/generic/${name}/${version}/${file}`, { headers }),
    listed: async (status = 'default') => {
      const rows: string[] = [];
      for (let page = 1; ; page += 1) {
        const answer = await ask('GET', `/packages?status=${status}&per_page=100&page=${page}`);
        const items = (await answer.json()) as { name: string; version: string }[];
        rows.push(...items.map(({ name, version }) => `${name} ${version}`));
        if (items.length < 100) return rows.sort();
      }
    },
    close: () => registry.close(),
  };
}

export function jobToken(pipeline: number): string {
  return `glcbt-64_job-of-pipeline-${pipeline}`;
}
