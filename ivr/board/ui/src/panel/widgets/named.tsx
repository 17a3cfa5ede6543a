import { useId, useMemo } from "react";
import { useLoad } from "../../api/useLoad";
import { Combobox, type Option } from "../../kit/Combobox";
import { useBootstrap } from "../../model/bootstrap";
import { language } from "../../words/chosen";
import { common } from "../../words/en/common";
import { panel as t } from "../../words/en/panel";
import type { DrawControl } from "./draw";

const codes =
  "AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH CI " +
  "CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP " +
  "GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR " +
  "LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA " +
  "PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD " +
  "TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

function useNames(kind: "region" | "language"): (code: string) => string {
  return useMemo(() => {
    const names = new Intl.DisplayNames(language, { type: kind });
    return (code) => {
      try {
        return names.of(code) ?? code;
      } catch {
        return code;
      }
    };
  }, [kind]);
}

interface ListProps extends DrawControl {
  options: Option[];
  none: string;
}

/** One of many, or none. */
function Named({ options, none, value, field, change, control, readOnly }: ListProps) {
  const text = typeof value === "string" ? value : "";
  const all = field.required ? options : [{ value: "", label: none }, ...options];
  if (readOnly)
    return <input {...control} readOnly value={options.find((each) => each.value === text)?.label ?? (text || none)} />;
  const choose = (to: string) => change(to === (field.fallback ?? "") ? undefined : to);
  return <Combobox control={control} options={all} value={text} placeholder={none} onChoose={choose} />;
}

export function Country(draw: DrawControl) {
  const name = useNames("region");
  const options = useMemo(() => codes.split(" ").map((value) => ({ value, label: name(value), hint: value })), [name]);
  return <Named {...draw} options={[...options].sort((a, b) => a.label.localeCompare(b.label))} none={common.none} />;
}

export function TimeZone(draw: DrawControl) {
  const zones = useBootstrap((state) => state.bootstrap?.time_zones);
  const options = useMemo(() => (zones ?? []).map((value) => ({ value, label: value.replaceAll("_", " ") })), [zones]);
  return <Named {...draw} options={options} none={t.theFlowsTimeZone} />;
}

/** A flow of this server. */
export function Flow(draw: DrawControl) {
  const flows = useLoad("/api/flows").data ?? [];
  return <Named {...draw} options={flows.map(({ id, name }) => ({ value: id, label: name, hint: id }))} none={t.chooseAFlow} />;
}

/** A language tag: one of those that the carrier speaks, or any other. */
export function Language({ value, change, control, readOnly, field }: DrawControl) {
  const id = useId();
  const name = useNames("language");
  const languages = useBootstrap((state) => state.bootstrap?.languages) ?? [];
  return (
    <>
      <input
        {...control}
        className="input"
        list={id}
        value={typeof value === "string" ? value : ""}
        placeholder={field.hints.placeholder ?? t.theFlows}
        readOnly={readOnly}
        autoComplete="off"
        onChange={(event) => change(event.target.value || (field.fallback === "" ? undefined : ""))}
      />
      <datalist id={id}>
        {languages.map((each) => (
          <option key={each} value={each}>
            {name(each)}
          </option>
        ))}
      </datalist>
    </>
  );
}
