/** A field of runs, found by typing: metrics, config, what runs ended with. */
import { useMemo, useState } from "react";
import type { Known } from "@/panels/kinds";
import { matcher } from "@/panels/search";
import { nameOf } from "@/state/fields";
import { Button, Chip, Icon, Popover, Search } from "@/ui";
import { useText } from "@/ui/text";
import { fieldsOf } from "../values";

export type Source = "metric" | "config" | "summary" | "run";

interface Offer {
  field: string;
  source: Source;
}

/** Fields of a run itself that are numbers. */
const OWN = ["runtime_secs", "created_at", "last_step", "number"] as const;

export function offersOf(known: Known, sources: readonly Source[], numeric: boolean): Offer[] {
  const out: Offer[] = [];
  const has = new Set<string>();
  const add = (field: string, source: Source) => {
    if (has.has(field)) return;
    has.add(field);
    out.push({ field, source });
  };
  if (sources.includes("metric"))
    for (const info of known.history)
      if (info.kind === "number" && !info.key.startsWith("_")) add(`summary.${info.key}`, "metric");
  if (sources.includes("config"))
    for (const each of fieldsOf(known.runs, "config")) if (!numeric || each.numeric) add(each.field, "config");
  if (sources.includes("summary"))
    for (const each of fieldsOf(known.runs, "summary")) if (!numeric || each.numeric) add(each.field, "summary");
  if (sources.includes("run")) for (const field of OWN) add(field, "run");
  return out;
}

const MOST = 200;

interface ListProps {
  known: Known;
  sources: readonly Source[];
  numeric?: boolean;
  isOn: (field: string) => boolean;
  onPick: (field: string) => void;
}

function Offers({ known, sources, numeric = false, isOn, onPick }: ListProps) {
  const words = useText();
  const t = words.kinds;
  const [query, setQuery] = useState("");
  const offers = useMemo(() => offersOf(known, sources, numeric), [known, sources, numeric]);
  const has = useMemo(() => matcher(query), [query]);
  const found = offers.filter((offer) => has(offer.field));
  return (
    <div className="kd-offers">
      <Search value={query} onChange={setQuery} placeholder={t.searchKeys} />
      <div className="kd-offer-list" role="listbox" aria-label={t.keys} aria-multiselectable>
        {found.slice(0, MOST).map(({ field, source }) => (
          <button
            key={field}
            type="button"
            role="option"
            aria-selected={isOn(field)}
            className={isOn(field) ? "on" : undefined}
            onClick={() => onPick(field)}
          >
            <span className="cut">{nameOf(field)}</span>
            <small>{t.sources[source]}</small>
            {isOn(field) && <Icon name="check" small />}
          </button>
        ))}
        {found.length > MOST && <p className="t3">{t.moreKeys(found.length - MOST)}</p>}
        {found.length === 0 && <p className="t3">{query ? words.common.noMatch(query) : t.noKeys}</p>}
      </div>
    </div>
  );
}

export interface KeyPickerProps {
  label: string;
  value: string;
  onChange: (field: string) => void;
  known: Known;
  sources?: readonly Source[];
  numeric?: boolean;
  /** What it says while nothing is chosen; with it, the choice can be taken back. */
  none?: string;
}

const ALL: readonly Source[] = ["metric", "config", "summary", "run"];

export function KeyPicker({ label, value, onChange, known, sources = ALL, numeric, none }: KeyPickerProps) {
  const t = useText().kinds;
  const [open, setOpen] = useState(false);
  return (
    <div className="kd-field">
      <span>{label}</span>
      <Popover
        open={open}
        onOpenChange={setOpen}
        width={300}
        label={label}
        trigger={<Chip label={value ? nameOf(value) : (none ?? t.choose)} set={value !== ""} aria-label={label} />}
      >
        {none !== undefined && value && (
          <Button
            variant="bare"
            icon="x"
            onClick={() => {
              onChange("");
              setOpen(false);
            }}
          >
            {none}
          </Button>
        )}
        <Offers
          known={known}
          sources={sources}
          numeric={numeric ?? false}
          isOn={(field) => field === value}
          onPick={(field) => {
            onChange(field);
            setOpen(false);
          }}
        />
      </Popover>
    </div>
  );
}

export interface KeysPickerProps extends Omit<KeyPickerProps, "value" | "onChange" | "none"> {
  value: readonly string[];
  onChange: (fields: string[]) => void;
}

/** Several fields, in the order they were chosen. */
export function KeysPicker({ label, value, onChange, known, sources = ALL, numeric }: KeysPickerProps) {
  const t = useText();
  return (
    <div className="kd-field tall">
      <span>{label}</span>
      <div className="kd-keys">
        {value.map((field) => (
          <span key={field} className="kd-key">
            <span className="cut" title={field}>
              {nameOf(field)}
            </span>
            <button
              type="button"
              aria-label={`${t.common.remove} ${nameOf(field)}`}
              onClick={() => onChange(value.filter((each) => each !== field))}
            >
              <Icon name="x" small />
            </button>
          </span>
        ))}
        <Popover width={300} label={label} trigger={<Button icon="plus">{t.kinds.addKey}</Button>}>
          <Offers
            known={known}
            sources={sources}
            numeric={numeric ?? false}
            isOn={(field) => value.includes(field)}
            onPick={(field) =>
              onChange(value.includes(field) ? value.filter((each) => each !== field) : [...value, field])
            }
          />
        </Popover>
      </div>
    </div>
  );
}
