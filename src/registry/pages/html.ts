/** HTML in which text cannot become markup: every value is escaped unless it is HTML already. */

/** Complete markup, made by `html` only. */
export interface Html {
  readonly markup: string;
}

type Value = string | number | Html | readonly Html[];

/** A template whose values are escaped; lists of markup are joined. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { markup: String.raw({ raw: strings }, ...values.map(markupOf)) };
}

/** Foreign text, with what cannot be seen written out: no name may look like another. */
export function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

function markupOf(value: Value): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escape(value);
  return 'markup' in value ? value.markup : value.map((each) => each.markup).join('');
}

function escape(text: string): string {
  return visible(text).replace(/[&<>"'`]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
