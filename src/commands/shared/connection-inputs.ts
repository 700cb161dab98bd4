/** The inputs that every command which speaks to GitLab has: where it is, and who asks. */
import { boolean, choice, duration, integer, path, secret, text, url } from '../../definitions/inputs.ts';

const TOKEN_TYPES = ['auto', 'private', 'job', 'deploy', 'bearer', 'basic'] as const;

export const connectionInputs = {
  'api-url': url({
    connection: true,
    fallback: '`$CI_API_V4_URL` in a GitLab job, else `https://gitlab.com/api/v4`',
    description:
      'Root of the REST API. A relative root such as `https://host/gitlab/api/v4` works; `/api/v4` is added where it is missing. ' +
      'Plain `http` is accepted for loopback addresses only, or with `allow-http`.',
  }),
  project: text({
    connection: true,
    fallback: '`$CI_PROJECT_ID` in a GitLab job',
    description:
      'The GitLab project that holds the package: its numeric id or its full path, such as `group/sub/project`.',
  }),
  token: secret({
    connection: true,
    fallback: '`$CI_JOB_TOKEN` in a GitLab job, if `api-url` has the origin of `$CI_API_V4_URL`',
    description:
      'Credential for the API. `auto` takes the job token of a GitLab job, `none` works without one, which is enough to download from a public project.',
  }),
  'token-type': choice({
    connection: true,
    default: 'auto',
    options: TOKEN_TYPES,
    description:
      'How the token is sent. `auto` tells by its looks: the job token and `glcbt-` are `job`, `gldt-` is `deploy`, anything else `private` (personal, project or group access token).',
  }),
  username: text({
    connection: true,
    default: 'gitlab-ci-token',
    description: 'User name that goes with `token-type: basic`.',
  }),
  'ca-file': path({
    connection: true,
    fallback: '`$CI_SERVER_TLS_CA_FILE` in a GitLab job, else `$SSL_CERT_FILE`',
    description: 'Certificate authorities to trust besides the built-in ones: a path, or PEM text.',
  }),
  'allow-http': boolean({
    connection: true,
    default: 'false',
    description: 'Allow plain `http` to a host that is not loopback. The token then travels unencrypted.',
  }),
  concurrency: integer({
    connection: true,
    default: '8',
    min: 1,
    max: 64,
    description:
      'Most requests at once. Lowered by itself when the server answers 429 or 5xx, and raised again slowly.',
  }),
  retries: integer({
    connection: true,
    default: '5',
    min: 0,
    max: 20,
    description:
      'Tries after the first, for each request. An upload is sent again only after looking whether it arrived.',
  }),
  timeout: integer({
    connection: true,
    default: '60',
    min: 1,
    max: 86400,
    unit: 'seconds',
    description:
      'Seconds without a byte moving after which a request is given up and tried again. After the last byte of an upload the answer may take 600 seconds longer, for GitLab moves the file then.',
  }),
  'max-time': duration({
    connection: true,
    description: 'Budget of the whole run, such as `20m`. When it ends, what is done and what is not is listed.',
  }),
  'output-prefix': text({
    connection: true,
    identifier: true,
    description:
      'GitLab: stands before what this job passes on and picks the pipeline values that it reads, such as `CLI_` for one of several packages in a pipeline.',
  }),
} as const;
