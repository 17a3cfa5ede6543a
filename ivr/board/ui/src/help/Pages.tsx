import { Search } from "lucide-react";
import { useState } from "react";
import type { Schemas } from "../api/contract";
import { Icon } from "../kit/Icon";
import { to } from "../nav/routes";
import { common } from "../words/en/common";
import { help as t } from "../words/en/help";
import { counted } from "../words/fill";
import { type Hit, search } from "./search";

type Index = Schemas["HelpIndex"];

/** The list of pages; while something is typed into the field above, the places where that is found. */
export function Pages({ index, page }: { index: Index; page: string }) {
  const [typed, setTyped] = useState("");
  return (
    <nav className="help-side" aria-label={t.documentation}>
      <label className="help-search">
        <Icon of={Search} />
        <input
          type="search"
          className="input"
          placeholder={common.search}
          aria-label={t.searchTheDocumentation}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      {typed.trim() ? <Hits index={index} hits={search(index.sections, typed)} /> : <List index={index} page={page} />}
    </nav>
  );
}

function List({ index, page }: { index: Index; page: string }) {
  const groups = [...new Set(index.pages.map((each) => each.group))];
  return (
    <>
      <a className="help-all" href={to.help("start#all-pages")}>
        {t.allPages}
      </a>
      {groups.map((group) => (
        <section key={group} className="help-group">
          <h2>{group}</h2>
          <ul>
            {index.pages
              .filter((each) => each.group === group)
              .map((each) => (
                <li key={each.name}>
                  <a href={to.help(each.name)} aria-current={each.name === page ? "page" : undefined}>
                    {each.title}
                  </a>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function Hits({ index, hits }: { index: Index; hits: Hit[] }) {
  const title = (name: string) => index.pages.find((each) => each.name === name)?.title;
  return (
    <>
      <p role="status">{hits.length ? counted(t.places, hits.length) : t.noPlaces}</p>
      <ul className="help-hits">
        {hits.map(({ section, excerpt }) => (
          <li key={`${section.page}#${section.anchor}`}>
            <a href={to.help(`${section.page}#${section.anchor}`)}>
              <b>{section.title}</b>
              <small>{title(section.page)}</small>
              <span>{excerpt}</span>
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
