/** The inputs of commands that read or write a CI/CD variable: which one it is, and who may. */
import { secret, text } from '../../definitions/inputs.ts';

export const variableInputs = {
  'variable-token': secret({
    fallback: '`token`',
    instead: 'token',
    description:
      'The only token used for CI/CD variables: a personal, project or group access token with the scope `api` ' +
      'and the role Maintainer (for a group: Owner). A job token cannot reach them.',
  }),
  group: text({
    description: 'Numeric id or full path of the group, if the variable belongs to a group and not to `project`.',
  }),
  'environment-scope': text({
    description:
      'Environment scope of the variable, as it is written, such as `production/*`. Without it the key must exist ' +
      'once, in any scope; it is created with `*`.',
  }),
} as const;
