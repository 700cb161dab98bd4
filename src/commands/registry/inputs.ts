/** Inputs and outputs of the command `registry`. */
import { DEFAULT_PROFILE, PROFILES } from '../../registry/profiles.ts';
import { FAULT_KINDS } from '../../registry/wire/faults.ts';
import { choice, integer, lines, path, text, type ValuesOf } from '../../definitions/inputs.ts';
import type { Result } from '../../definitions/command.ts';
import { logFile } from '../shared/log-file.ts';

export const inputs = {
  port: integer({ default: '8080', min: 0, max: 65535, description: 'Port to listen on; 0 picks a free one.' }),
  host: text({ default: '127.0.0.1', description: 'Address to listen on. One that is not loopback needs `--config`.' }),
  data: path({
    description:
      'Folder that keeps packages, variables, tags and releases between runs. From `config` only the ' +
      'variables and tags that it does not have are added. Without this input nothing is kept.',
  }),
  config: path({
    description:
      'JSON file with `projects`, `tokens`, `settings` and what is there at the start. `-` is standard input; a ' +
      'value that begins with `{` is the JSON itself. Without this input there are one private project and one ' +
      'token of each type.',
  }),
  'gitlab-version': choice({
    default: DEFAULT_PROFILE.version,
    options: PROFILES.map(({ version }) => version),
    description: 'Version of GitLab to behave like.',
  }),
  'allow-host': lines({ description: 'Further values of the `Host` header to accept.' }),
  latency: integer({
    default: '0',
    min: 0,
    max: 60000,
    unit: 'milliseconds',
    description: 'Milliseconds to wait before each answer.',
  }),
  'fault-rate': text({ default: '0', description: 'Share of requests that fail on purpose, from `0` to `1`.' }),
  'fault-kinds': text({
    default: FAULT_KINDS.join(','),
    description: 'Faults to choose from, separated by commas.',
  }),
  'fault-seed': integer({
    default: '1',
    min: 0,
    max: 4294967295,
    description: 'Seed of the faults: the same seed makes the same faults.',
  }),
  'fault-script': path({
    description:
      'JSON file with a list of faults, each for the `nth` request that matches a `method` and a `path`. `fault` ' +
      'is one of those of `fault-kinds`.',
  }),
  'tls-cert': path({ description: 'Certificate to serve `https` with, as PEM, with those that signed it after it.' }),
  'tls-key': path({ description: 'Its private key, as PEM.' }),
  'control-port': text({
    description:
      'Port for tests, on 127.0.0.1 alone: `POST /-/reset` makes everything as it was at the start, ' +
      '`GET /-/requests` tells what was asked. 0 picks a free one.',
  }),
  'log-file': logFile,
} as const;

/** The parsed inputs. */
export type RegistryInputs = ValuesOf<typeof inputs>;

export const outputs = {} as const;

/** What run returns. */
export type RegistryResult = Result<typeof outputs>;
