import { shown, type Variable } from "../model/call";
import { phone as t } from "../words/en/phone";

/** Variables of a call and what they hold; one that was just set lights up once. */
export function LiveVariables({ variables }: { variables: Readonly<Record<string, Variable>> }) {
  const names = Object.keys(variables);
  if (!names.length) return <p className="nothing">{t.variablesShowHereAsSoon}</p>;
  return (
    <dl className="variables-now">
      {names.map((name) => {
        const { value, seq } = variables[name]!;
        const text = shown(value);
        return (
          <div key={name}>
            <dt>${name}</dt>
            <dd key={seq} className={text ? "set" : "set empty-value"} title={text.length > 120 ? text.slice(0, 2000) : ""}>
              {text || t.emptyValue}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
