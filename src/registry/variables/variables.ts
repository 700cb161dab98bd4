/** The CI/CD variables API, of projects and of groups. What a variable may be: rules.ts. */
import { type AuthRule, AUTH } from '../access/auth.ts';
import { variablesGroup, variablesProject } from '../access/project-finder.ts';
import { type Call, param } from '../wire/call.ts';
import { type Fields, fieldsOf, queryFields } from '../wire/fields.ts';
import { offsetOf, pageOf, sendPage } from '../wire/pagination.ts';
import { notFound, refused } from '../wire/refusal.ts';
import { sendEmpty, sendJson } from '../wire/respond.ts';
import { createdValues, updatedValues, valueProblems } from './given-values.ts';
import type { VariableValues } from './rules.ts';
import { groupOwner, type Variable, type VariableOwner } from './variable-store.ts';

interface Owner {
  readonly name: VariableOwner;
  readonly isGroup: boolean;
}

const SEVERAL = "There are multiple variables with provided parameters. Please use 'filter[environment_scope]'";

/** `GET /projects/:id/variables` and `GET /groups/:id/variables` */
export function listVariables(call: Call): void {
  const owner = ownerOf(call, AUTH.variablesRead);
  const page = pageOf(call);
  const { limit, offset } = offsetOf(page);
  const { total, variables } = call.instance.variables.list(owner.name, limit, offset);
  sendPage(
    call,
    page,
    total,
    variables.map((variable) => variableRecord(call, owner, variable)),
  );
}

/** `GET …/variables/:key` */
export function showVariable(call: Call): void {
  const owner = ownerOf(call, AUTH.variablesRead);
  const variable = onlyOne(owner, named(call, owner, queryFields(call)));
  sendJson(call, 200, variableRecord(call, owner, variable));
}

/** `POST …/variables`: of two at once for one key and scope, one is refused. */
export async function createVariable(call: Call): Promise<void> {
  const owner = ownerOf(call, AUTH.variablesWrite);
  const fields = await fieldsOf(call);
  const values = createdValues(call.instance.profile, fields, owner.isGroup);
  fields.settle();
  assertValid(call, owner, values, undefined);
  const variable = call.instance.variables.add(owner.name, values);
  sendJson(call, 201, variableRecord(call, owner, variable));
}

/** `PUT …/variables/:key`: what is not given stays; nobody is told of a write in between. */
export async function updateVariable(call: Call): Promise<void> {
  const owner = ownerOf(call, AUTH.variablesWrite);
  const fields = await fieldsOf(call);
  const found = named(call, owner, fields);
  // A group's PUT is older than scopes: without a filter it changes the first, without a word.
  const takesFirst = owner.isGroup && !fields.has('filter');
  const variable = onlyOne(owner, takesFirst ? found.slice(0, 1) : found);
  const values = updatedValues(call.instance.profile, fields, owner.isGroup, variable);
  fields.settle();
  assertValid(call, owner, values, variable);
  call.instance.variables.update(variable.id, values);
  sendJson(call, 200, variableRecord(call, owner, { ...values, id: variable.id }));
}

/** `DELETE …/variables/:key` */
export async function deleteVariable(call: Call): Promise<void> {
  const owner = ownerOf(call, AUTH.variablesWrite);
  const variable = onlyOne(owner, named(call, owner, await fieldsOf(call)));
  call.instance.variables.remove(variable.id);
  sendEmpty(call, 204);
}

function ownerOf(call: Call, rule: AuthRule): Owner {
  if (call.params.has('project')) return { name: `project:${variablesProject(call, rule).id}`, isGroup: false };
  return { name: groupOwner(variablesGroup(call, rule).path), isGroup: true };
}

function named(call: Call, owner: Owner, fields: Fields): readonly Variable[] {
  const scope = fields.within('filter').text('environment_scope') ?? '';
  fields.settle();
  const { variables } = call.instance;
  return variables.named(owner.name, param(call, 'key'), scope === '' ? undefined : scope);
}

function onlyOne(owner: Owner, [first, second]: readonly Variable[]): Variable {
  if (first === undefined) throw notFound(owner.isGroup ? 'GroupVariable' : 'Variable');
  if (second !== undefined) throw refused(409, SEVERAL);
  return first;
}

function assertValid(call: Call, owner: Owner, values: VariableValues, before: Variable | undefined): void {
  const twins = call.instance.variables.named(owner.name, values.key, values.environmentScope);
  const isTaken = twins.some((twin) => twin.id !== before?.id);
  const problems = valueProblems(values, before, isTaken);
  if (problems !== undefined) throw refused(400, problems);
}

/** The value of a hidden variable is shown to nobody. */
function variableRecord(call: Call, owner: Owner, variable: Variable): Record<string, unknown> {
  const { variableDetails, hiddenVariables } = call.instance.profile;
  return {
    variable_type: variable.variableType,
    key: variable.key,
    value: variable.hidden ? null : variable.value,
    ...(hiddenVariables ? { hidden: variable.hidden } : {}),
    protected: variable.protected,
    masked: variable.masked,
    ...(variableDetails ? { raw: variable.raw } : {}),
    ...(owner.isGroup && !variableDetails ? {} : { environment_scope: variable.environmentScope }),
    ...(variableDetails ? { description: variable.description ?? null } : {}),
  };
}
