/** The frame of every page: head, style, the headers that keep a browser from running anything. */
import type { Call } from '../wire/call.ts';
import { sendText } from '../wire/respond.ts';
import { html, type Html } from './html.ts';

const POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Headers of pages; what they show may be private. */
const HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

export const STYLE_PATH = '/-/style.css';

const STYLE = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 64rem; margin: 0 auto; padding: 1rem }
header { display: flex; flex-wrap: wrap; gap: 0 1rem; justify-content: space-between; align-items: center }
header { border-bottom: 1px solid #8888 }
h1 { font-size: 1.5rem; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid #8884 }
th, td { vertical-align: top; overflow-wrap: anywhere }
.size, time { white-space: nowrap }
code { font-size: .85em; overflow-wrap: anywhere }
nav { display: flex; gap: 1rem; margin: 1rem 0 }
input, button { font: inherit; padding: .25rem .5rem }
.problem { border-left: .25rem solid #c33; padding-left: .75rem }
`;

export interface PageContent {
  readonly title: string;
  readonly body: Html;
  /** True when a token was entered: then there is a way to leave. */
  readonly signedIn: boolean;
}

/** Sends a page in its frame. */
export function sendDocument(
  call: Call,
  status: number,
  page: PageContent,
  headers: Readonly<Record<string, string>> = {},
): void {
  sendText(call, status, documentOf(page).markup, { ...HEADERS, ...headers });
}

/** The one style sheet. */
export function sendStyle(call: Call): void {
  const headers = {
    'Content-Type': 'text/css; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'max-age=3600',
  };
  sendText(call, 200, STYLE, headers);
}

/** A page that says what is not there, or not allowed. */
export function sendProblem(call: Call, status: number, text: string, signedIn: boolean): void {
  sendDocument(call, status, {
    title: text,
    body: html`<p class="problem">${text}</p>
      <p><a href="/">All projects</a></p>`,
    signedIn,
  });
}

function documentOf({ title, body, signedIn }: PageContent): Html {
  const leave = signedIn ? html`<form method="post" action="/-/leave"><button>Forget my token</button></form>` : html``;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · package registry</title>
        <link rel="stylesheet" href="${STYLE_PATH}" />
      </head>
      <body>
        <header>
          <p><a href="/">Package registry</a></p>
          ${leave}
        </header>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html> `;
}
