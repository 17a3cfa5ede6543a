import { common } from "../words/en/common";
import { help as t } from "../words/en/help";
import { fill } from "../words/fill";
import "../styles/help.css";
import { type RefObject, useEffect, useRef } from "react";
import type { Schemas } from "../api/contract";
import { useLoad } from "../api/useLoad";
import { useTitle } from "../frame/Page";
import { TopBar } from "../frame/TopBar";
import { Loading } from "../kit/Empty";
import { ProblemStrip } from "../kit/Strip";
import { go, to } from "../nav/routes";
import { Pages } from "./Pages";

/** Of more headings than this only the larger ones are listed. */
const many = 40;

/** The documentation: its pages, a search, and the page that the address names. */
export default function Help({ page }: { page: string }) {
  const index = useLoad("/api/help");
  const shown = useLoad("/api/help/{page}", { path: { page } });
  const whole = useRef<HTMLDivElement>(null);
  const problem = shown.problem ?? index.problem;
  useTitle(shown.data ? fill(t.help, { name: shown.data.title }) : common.help);
  useEffect(() => {
    if (shown.data) arrive();
  }, [shown.data]);
  useOwnLinks(whole);
  return (
    <>
      <TopBar />
      <div className="scroll">
        <div className="help" ref={whole}>
          {index.data && <Pages index={index.data} page={page} />}
          <main id="main" tabIndex={-1} className="help-page">
            {problem && <ProblemStrip problem={problem} retry={() => (index.reload(), shown.reload())} />}
            {shown.loading && !shown.data && <Loading />}
            {shown.data && <Words html={shown.data.html} />}
            {shown.problem?.status === 404 && <a href={to.help("start")}>{t.startOfTheDocumentation}</a>}
          </main>
          {shown.data && <Headings of={shown.data.headings} />}
        </div>
      </div>
    </>
  );
}

function Words({ html }: { html: string }) {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: our server makes it of its own Markdown, with HTML switched off
  return <article dangerouslySetInnerHTML={{ __html: html }} />;
}

function Headings({ of }: { of: Schemas["HelpPage"]["headings"] }) {
  const listed = of.length > many ? of.filter((each) => each.level === 2) : of;
  if (listed.length < 2) return null;
  return (
    <nav className="help-here" aria-label={t.onThisPage}>
      <h2>{t.onThisPage}</h2>
      <ul>
        {listed.map((each) => (
          <li key={each.anchor} data-level={each.level}>
            <a href={`#${each.anchor}`}>{each.title}</a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Go to the place that the address names, or to the top. */
function arrive(): void {
  const place = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (place) place.scrollIntoView();
  else document.querySelector(".scroll")?.scrollTo(0, 0);
}

/** Links of the text lead to our pages without loading everything anew. Another tab stays the browser's business. */
function useOwnLinks(whole: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = whole.current;
    function follow(event: MouseEvent) {
      const href = event.target instanceof Element && event.target.closest("a")?.getAttribute("href");
      const aside = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0;
      if (typeof href !== "string" || aside || !href.startsWith(to.help(""))) return;
      event.preventDefault();
      const here = href.split("#")[0] === location.pathname;
      go(href);
      if (here) arrive();
    }
    element?.addEventListener("click", follow);
    return () => element?.removeEventListener("click", follow);
  }, [whole]);
}
