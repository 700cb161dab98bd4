/** The inputs of every command that talks to GitLab: where it is, and who asks. */
import { boolean, choice, duration, integer, path, secret, text, url } from '../../definitions/inputs.ts';
import { connectionLogFile } from './log-file.ts';

const TOKEN_TYPES = ['auto', 'private', 'job', 'deploy', 'bearer', 'basic'] as const;

export const connectionInputs = {
  'api-url': url({
    connection: true,
    fallback: {
      github: '`https://gitlab.com/api/v4`',
      gitlab: '`$CI_API_V4_URL`',
      terminal: '`$CI_API_V4_URL` in a GitLab job, else `https://gitlab.com/api/v4`',
    },
    description:
      "URL of GitLab's REST API, such as `https://gitlab.example.com/api/v4`. " +
      '`/api/v4` is added where it is missing. GitLab may be installed below a path (`https://host/gitlab`). ' +
      'Plain `http` is accepted for loopback addresses only, or with `allow-http`.',
  }),
  project: text({
    connection: true,
    fallback: {
      github: 'required, here or in the environment as `GENERIC_PACKAGES_PROJECT`',
      gitlab: '`$CI_PROJECT_ID`, the project of the pipeline',
      terminal: '`$CI_PROJECT_ID` in a GitLab job, else required',
    },
    description:
      'The GitLab project that holds the package: its numeric id or its full path, such as `group/sub/project`. ' +
      'The address of its page or of its clone is taken too.',
  }),
  token: secret({
    connection: true,
    fallback: {
      gitlab: '`$CI_JOB_TOKEN`, if `api-url` has the origin of `$CI_API_V4_URL`',
      terminal: '`$CI_JOB_TOKEN` in a GitLab job, if `api-url` has the origin of `$CI_API_V4_URL`',
    },
    description: {
      all: 'Token for the API of GitLab.',
      github:
        'A personal, project or group access token, or a deploy token, from a secret. `none` works without a ' +
        'token, which is enough to download from a public project.',
      gitlab:
        '`auto` takes the job token. `none` works without a token, which is enough to download from a public project.',
      terminal:
        'A personal, project or group access token, or a deploy token. `none` works without a token, which is ' +
        'enough to download from a public project.',
    },
  }),
  'token-type': choice({
    connection: true,
    default: 'auto',
    options: TOKEN_TYPES,
    description:
      'How the token is sent. `auto` decides by its prefix: the job token and `glcbt-` are `job`, `gldt-` is ' +
      '`deploy`, anything else is `private` (a personal, project or group access token).',
  }),
  username: text({
    connection: true,
    default: 'gitlab-ci-token',
    description: 'User name that is sent with `token-type: basic`.',
  }),
  'ca-file': path({
    connection: true,
    description: {
      all:
        'Certificate authorities to trust: the path of a PEM file, or PEM text. Those of Node, of the system, of ' +
        '`$NODE_EXTRA_CA_CERTS` and of `$SSL_CERT_FILE` are trusted too.',
      gitlab: 'So are those of `$CI_SERVER_TLS_CA_FILE`.',
      terminal: 'In a GitLab job so are those of `$CI_SERVER_TLS_CA_FILE`.',
    },
  }),
  'client-certificate': path({
    connection: true,
    description:
      'Path of a PEM file with a certificate and its private key, for servers that ask for one. It is shown to the ' +
      'server of `api-url` only. The key must not be encrypted.',
  }),
  'allow-http': boolean({
    connection: true,
    default: 'false',
    description:
      'Allow plain `http` to a host that is not loopback: for `api-url`, where the token is then sent unencrypted, ' +
      'and for the object storage that GitLab redirects downloads to, where no token goes.',
  }),
  concurrency: integer({
    connection: true,
    default: '8',
    min: 1,
    max: 64,
    description: 'How many requests run at once at most. When the server answers 429 or 5xx, fewer run for a while.',
  }),
  retries: integer({
    connection: true,
    default: '5',
    min: 0,
    max: 20,
    description:
      'How often a failed request is repeated. Before an upload is repeated, the program checks whether it arrived.',
  }),
  timeout: duration({
    connection: true,
    default: '60s',
    bounds: { min: '1s', max: '24h' },
    description:
      'Time without any data after which a request is stopped and repeated, such as `90s` or `5m`; a number without ' +
      'a unit is seconds. After the last byte of an upload the answer may take 600 seconds longer, because GitLab ' +
      'then moves the file.',
  }),
  'max-time': duration({
    connection: true,
    description:
      'Time limit of the whole run, such as `20m` or `2h`; a number without a unit is seconds. A run that reaches it ' +
      'lists what is done and what is not.',
  }),
  'log-file': connectionLogFile,
  'output-prefix': text({
    connection: true,
    platforms: ['gitlab'],
    identifier: true,
    description:
      'Prefix for what this job passes to later jobs, such as `CLI_`. Jobs with the same prefix read it. Use one ' +
      'for each package when a pipeline has several.',
  }),
} as const;
