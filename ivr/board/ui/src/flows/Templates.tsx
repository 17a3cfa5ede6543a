import { Clock, File, Hourglass, ListTree, type LucideIcon, Sparkles, Workflow } from "lucide-react";
import { useState } from "react";
import { api } from "../api/client";
import { asProblem } from "../api/problem";
import { Icon } from "../kit/Icon";
import { Strip } from "../kit/Strip";
import { useBootstrap } from "../model/bootstrap";
import { go, to } from "../nav/routes";
import { flows as t } from "../words/en/flows";

const icons: Record<string, LucideIcon> = {
  empty: File,
  menu: ListTree,
  "business-hours": Clock,
  appointment: Sparkles,
  "slow-look-up": Hourglass,
};

export const templateIcon = (id: string): LucideIcon => icons[id] ?? Workflow;

/** What the list says before the first flow: one sentence, and what to begin with. */
export function Templates({ readOnly }: { readOnly: boolean }) {
  const templates = useBootstrap((state) => state.bootstrap?.templates);
  const [making, setMaking] = useState("");
  const [problem, setProblem] = useState("");

  async function begin(id: string, name: string) {
    if (making) return;
    setMaking(id);
    setProblem("");
    try {
      const made = await api.post("/api/flows", { body: { name, template: id } });
      go(to.flow(made.id));
    } catch (error) {
      setProblem(asProblem(error).message);
      setMaking("");
    }
  }

  return (
    <div className="begin">
      <Icon of={Workflow} size={28} />
      <p>
        {t.aFlowSays} {readOnly ? t.thereIsNone : t.beginWithOne}
      </p>
      {problem && <Strip kind="bad" text={problem} />}
      {!readOnly && (
        <ul className="template-cards">
          {templates?.map((one) => (
            <li key={one.id}>
              <button type="button" className="card" aria-disabled={making !== ""} onClick={() => void begin(one.id, one.name)}>
                <Icon of={templateIcon(one.id)} size={20} />
                <strong>{one.name}</strong>
                <span>{one.description}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {!readOnly && <p className="aside">{t.aFlowsFileCanBe}</p>}
    </div>
  );
}
