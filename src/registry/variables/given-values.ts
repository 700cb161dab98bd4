/** Makes a variable's values from the parameters of a request, and judges them. */
import type { Profile } from '../profiles.ts';
import type { Fields } from '../wire/fields.ts';
import { VARIABLE_TYPES, variableProblems, type VariableProblems, type VariableValues } from './rules.ts';

const BLANK: VariableValues = {
  variableType: 'env_var',
  key: '',
  value: '',
  environmentScope: '*',
  protected: false,
  masked: false,
  hidden: false,
  raw: false,
  description: undefined,
};

/** For POST: key and value are required, and only now a variable can become hidden. */
export function createdValues(profile: Profile, fields: Fields, isGroup: boolean): VariableValues {
  const key = fields.requiredText('key').trim();
  const value = fields.requiredText('value');
  const given = updatedValues(profile, fields, isGroup, BLANK);
  const hidden = profile.hiddenVariables && fields.flag('masked_and_hidden') === true;
  return { ...given, key, value, hidden, masked: given.masked || hidden };
}

/** For PUT: what was not given stays as it was, and the key always. */
export function updatedValues(
  profile: Profile,
  fields: Fields,
  isGroup: boolean,
  before: VariableValues,
): VariableValues {
  const details = profile.variableDetails;
  const scope = isGroup && !details ? undefined : fields.text('environment_scope')?.trim();
  const description = fields.has('description') ? fields.text('description') : before.description;
  return {
    variableType: fields.choice('variable_type', VARIABLE_TYPES) ?? before.variableType,
    key: before.key,
    value: fields.text('value') ?? before.value,
    environmentScope: scope ?? before.environmentScope,
    protected: fields.flag('protected') ?? before.protected,
    masked: fields.flag('masked') ?? before.masked,
    hidden: before.hidden,
    raw: (details ? fields.flag('raw') : undefined) ?? before.raw,
    description: details ? description : undefined,
  };
}

/** All that is wrong, or undefined. `before`: what the variable was; `isTaken`: another one has its key and scope. */
export function valueProblems(
  values: VariableValues,
  before: VariableValues | undefined,
  isTaken: boolean,
): VariableProblems | undefined {
  const problems = variableProblems(values);
  const taken = isTaken ? [`(${values.key}) has already been taken`] : [];
  const unveiled =
    before?.hidden === true && !values.masked
      ? ['The visibility setting cannot be changed for masked and hidden variables.']
      : [];
  if (problems === undefined && taken.length === 0 && unveiled.length === 0) return undefined;
  return {
    ...problems,
    ...(taken.length > 0 ? { key: [...(problems?.key ?? []), ...taken] } : {}),
    ...(unveiled.length > 0 ? { base: unveiled } : {}),
  };
}
