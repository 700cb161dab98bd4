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
:root { --ink: light-dark(#1c1e21, #e6e7e9); --paper: light-dark(#fff, #16181b); --line: light-dark(#d8dbe0, #363a40) }
:root { --soft: light-dark(#5b626b, #9aa2ad); --box: light-dark(#f3f4f6, #22262b) }
:root { --link: light-dark(#0b57c2, #83b4ff) }
body { max-width: 72rem; margin: 0 auto; padding: 1rem 1.25rem 3rem; color: var(--ink); background: var(--paper) }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: .15em }
header { display: flex; flex-wrap: wrap; gap: 0 1rem; justify-content: space-between; align-items: center }
header { border-bottom: 1px solid var(--line) }
h1 { font-size: 1.6rem; margin: 1.25rem 0 .5rem; overflow-wrap: anywhere }
h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem }
form { margin: 1rem 0 }
header form { margin: 0 }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 }
th, td { text-align: left; padding: .45rem 1rem .45rem 0; vertical-align: top; overflow-wrap: anywhere }
th, td { border-bottom: 1px solid var(--line) }
th { color: var(--soft); font-weight: 600; font-size: .85rem; white-space: nowrap }
tbody tr:hover { background: var(--box) }
.size, time { white-space: nowrap; font-variant-numeric: tabular-nums }
time { color: var(--soft) }
code, pre { font: .85em/1.5 ui-monospace, monospace; overflow-wrap: anywhere }
td code { color: var(--soft) }
pre { white-space: pre-wrap; margin: .5rem 0; padding: .6rem .8rem; background: var(--box); border-radius: .4rem }
.command { user-select: all; cursor: copy }
details { margin: 1.5rem 0 } summary { cursor: pointer; color: var(--soft) }
nav { display: flex; gap: 1rem; margin: 1rem 0 }
input, button { font: inherit; padding: .3rem .6rem; color: inherit; background: var(--box) }
input, button { border: 1px solid var(--line); border-radius: .4rem }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
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
