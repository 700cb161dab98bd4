/** Serves the embedded registry until the run is stopped. What it is started with: options.ts. */
import { startRegistry, type RunningRegistry } from '../../registry/server.ts';
import type { Tools } from '../../definitions/command.ts';
import type { RegistryInputs, RegistryResult } from './inputs.ts';
import { optionsOf } from './options.ts';

export async function runRegistry(inputs: RegistryInputs, tools: Tools): Promise<RegistryResult> {
  const running = await startRegistry(await optionsOf(inputs, tools));
  try {
    announce(running, inputs, tools);
    await stopped(tools.signal);
  } finally {
    await running.close();
  }
  return { outputs: {} };
}

/** Tokens are shown only where nobody knows them yet. */
function announce(running: RunningRegistry, inputs: RegistryInputs, tools: Tools): void {
  const { url, apiUrl, storageUrl, controlUrl, project, projects } = running;
  const tokens = inputs.config === undefined ? running.tokens : [];
  const lines = [
    // For programs that wait for it; what follows, for people and their first try.
    `listening on ${url}`,
    ...(controlUrl === undefined ? [] : [`control ${controlUrl}`]),
    ...tokens.map(({ kind, token }) => `${kind} ${token}`),
    ...(inputs.config === undefined ? [`project ${project.id} ${project.path}`] : []),
  ];
  tools.announce(lines.join('\n'), {
    url,
    'api-url': apiUrl,
    ...(storageUrl === undefined ? {} : { 'storage-url': storageUrl }),
    ...(controlUrl === undefined ? {} : { 'control-url': controlUrl }),
    projects,
    tokens,
  });
}

function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((done) => {
    signal.addEventListener(
      'abort',
      () => {
        done();
      },
      { once: true },
    );
  });
}
