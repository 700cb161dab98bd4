/** Refusals in GitLab's two envelopes: Rails says `message`, Grape's validation and OAuth say `error`. */

/** Thrown by whatever handles a request; the dispatcher sends it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  /** An object is sent as JSON, text as it is. */
  readonly body: object | string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: object | string, headers: Readonly<Record<string, string>> = {}) {
    super(typeof body === 'string' ? body : JSON.stringify(body));
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** `{"message": …}`, as Rails-side code refuses. */
export function refused(status: number, message: unknown, headers: Readonly<Record<string, string>> = {}): Refusal {
  return new Refusal(status, { message }, headers);
}

/** `{"error": …}`, as Grape refuses parameters and unknown routes. */
export function invalid(status: number, error: string): Refusal {
  return new Refusal(status, { error });
}

/** 401; the generic routes add the challenge that wget waits for. */
export function unauthorized(challenge: boolean): Refusal {
  return refused(
    401,
    '401 Unauthorized',
    challenge ? { 'WWW-Authenticate': 'Basic realm="GitLab Packages Registry"' } : {},
  );
}

/** 403, with GitLab's reason after ` - ` where it gives one. */
export function forbidden(reason?: string): Refusal {
  return refused(403, reason === undefined ? '403 Forbidden' : `403 Forbidden - ${reason}`);
}

/** `404 Not Found`, or `404 Project Not Found` with a thing named. */
export function notFound(thing?: string): Refusal {
  return refused(404, thing === undefined ? '404 Not Found' : `404 ${thing} Not Found`);
}

/** The handler of missing database records writes a small f. */
export function recordNotFound(): Refusal {
  return refused(404, '404 Not found');
}

/** A route that has other methods, which `Allow` names. */
export function methodNotAllowed(allowed: readonly string[]): Refusal {
  return new Refusal(405, { error: '405 Not Allowed' }, { Allow: allowed.join(', ') });
}

/** A route that does not exist, in the catch-all's words. */
export function routeNotFound(): Refusal {
  return invalid(404, '404 Not Found');
}

/** A personal or OAuth token that was good once. */
export function spentToken(reason: 'revoked' | 'expired'): Refusal {
  const text =
    reason === 'revoked'
      ? 'Token was revoked. You have to re-authorize from the user.'
      : 'Token is expired. You can either do re-authorization or token refresh.';
  return oauthRefusal(401, { error: 'invalid_token', error_description: text });
}

/** A token whose scopes do not reach; `scope` names those that would. */
export function insufficientScope(scope: string): Refusal {
  const error_description = 'The request requires higher privileges than provided by the access token.';
  return oauthRefusal(403, { error: 'insufficient_scope', error_description, scope });
}

/** A fine-grained token without a permission; `path`: of the project or group that was asked for. */
export function insufficientPermission(permission: string, path: string | undefined): Refusal {
  const place = path === undefined ? '' : ` for "${path}"`;
  const reason = `Access denied: Your Personal Access Token lacks the required permissions: [${permission}]${place}.`;
  return new Refusal(403, { error: 'insufficient_granular_scope', error_description: reason });
}

interface OauthBody {
  readonly error: string;
  readonly error_description: string;
  readonly scope?: string;
}

function oauthRefusal(status: number, body: OauthBody): Refusal {
  const challenge =
    `Bearer realm="Protected by OAuth 2.0", error="${body.error}", ` + `error_description="${body.error_description}"`;
  return new Refusal(status, body, { 'WWW-Authenticate': challenge });
}
