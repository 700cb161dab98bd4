/** The inputs of commands that read or write a CI/CD variable: which one it is, and who may. */
import { secret, text } from '../../definitions/inputs.ts';

export const variableInputs = {
  'variable-token': secret({
    fallback: '`token`',
    instead: 'token',
    description:
      'Token for CI/CD variables alone: a personal, project or group access token with the scope `api` and the role Maintainer (for a group: Owner). A job token cannot read or write them.',
  }),
  group: text({
    description: 'Numeric id or full path of the group, if the variable belongs to a group and not to `project`.',
  }),
  'environment-scope': text({
    description:
      'Environment scope of the variable, exactly as GitLab shows it, such as `production/*`. Without it the key must exist in one scope only; a new variable gets `*`.',
  }),
} as const;
