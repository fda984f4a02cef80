/** The form of a sweep: what is searched by which method, for which metric, and when it ends. */
import { Button, Field, IconButton, Segmented, TextInput } from "@/ui";
import { useText } from "@/ui/text";
import { EMPTY, type Fault, METHODS, type ParameterForm, RULES, SPREADS, type SweepForm } from "./form";

export interface ConfigFormProps {
  form: SweepForm;
  faults: ReadonlyMap<string, Fault>;
  onChange: (form: SweepForm) => void;
}

export function ConfigForm({ form, faults, onChange }: ConfigFormProps) {
  const t = useText().sweeps;
  const put = (change: Partial<SweepForm>) => onChange({ ...form, ...change });
  const wrong = (field: string) => {
    const fault = faults.get(field);
    return fault && t.faults[fault];
  };
  const input = (field: "name" | "program" | "cap" | "from" | "metric", label: string, hint?: string) => (
    <Field label={label} hint={hint} error={wrong(field)}>
      {(id) => (
        <TextInput
          id={id}
          value={form[field]}
          className={field === "name" ? undefined : "mono"}
          inputMode={field === "cap" || field === "from" ? "numeric" : undefined}
          aria-invalid={faults.has(field)}
          onChange={(event) => put({ [field]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <div className="sw-form">
      <div className="sw-form-row">
        {input("name", t.formName, t.formNameHint)}
        {input("program", t.formProgram, t.formProgramHint)}
      </div>
      <div className="sw-form-row">
        <Field label={t.formMethod} hint={t.methodsAbout[form.method]}>
          {(id) => (
            <select
              id={id}
              className="ui-input"
              value={form.method}
              onChange={(event) => put({ method: event.target.value as SweepForm["method"] })}
            >
              {METHODS.map((method) => (
                <option key={method} value={method}>
                  {t.methods[method]}
                </option>
              ))}
            </select>
          )}
        </Field>
        {input("cap", t.formCap, t.formCapHint)}
      </div>
      <div className="sw-form-row">
        {input("metric", t.formMetric, t.formMetricHint)}
        <Field label={t.formGoal}>
          {() => (
            <Segmented
              label={t.formGoal}
              value={form.goal}
              options={[
                { id: "minimize", name: t.goals.minimize },
                { id: "maximize", name: t.goals.maximize },
              ]}
              onChange={(goal) => put({ goal })}
            />
          )}
        </Field>
      </div>
      <div className="sw-form-row">
        <Field label={t.formRule} hint={form.rule ? t.rulesAbout[form.rule] : t.formRuleHint}>
          {(id) => (
            <select
              id={id}
              className="ui-input"
              value={form.rule}
              onChange={(event) => put({ rule: event.target.value as SweepForm["rule"] })}
            >
              <option value="">{t.formNoRule}</option>
              {RULES.map((rule) => (
                <option key={rule} value={rule}>
                  {t.rules[rule]}
                </option>
              ))}
            </select>
          )}
        </Field>
        {form.rule && input("from", t.formFrom, t.formFromHint)}
      </div>
      <fieldset className="sw-params">
        <legend>{t.parameters}</legend>
        {wrong("parameters") && <p className="ui-field-error">{wrong("parameters")}</p>}
        {form.parameters.map((parameter, at) => (
          <ParameterRow
            // biome-ignore lint/suspicious/noArrayIndexKey: a row is edited where it stands, and its name changes.
            key={at}
            at={at}
            parameter={parameter}
            wrong={wrong}
            onChange={(next) => put({ parameters: form.parameters.with(at, next) })}
            onDrop={() => put({ parameters: form.parameters.toSpliced(at, 1) })}
          />
        ))}
        <Button icon="plus" onClick={() => put({ parameters: [...form.parameters, EMPTY] })}>
          {t.addParameter}
        </Button>
      </fieldset>
    </div>
  );
}

interface ParameterRowProps {
  at: number;
  parameter: ParameterForm;
  wrong: (field: string) => string | undefined;
  onChange: (parameter: ParameterForm) => void;
  onDrop: () => void;
}

function ParameterRow({ at, parameter, wrong, onChange, onDrop }: ParameterRowProps) {
  const t = useText().sweeps;
  const listed = parameter.spread === "values" || parameter.spread === "fixed";
  const errors = ["name", "values", "min", "max"].flatMap((field) => wrong(`${at}.${field}`) ?? []);
  const input = (field: "name" | "values" | "min" | "max", label: string) => (
    <input
      type="text"
      className={`ui-input mono sw-param-${field}`}
      value={parameter[field]}
      placeholder={label}
      aria-label={`${label}, ${parameter.name || at + 1}`}
      aria-invalid={wrong(`${at}.${field}`) !== undefined}
      spellCheck={false}
      autoCapitalize="off"
      onChange={(event) => onChange({ ...parameter, [field]: event.target.value })}
    />
  );
  return (
    <div className="sw-param">
      {input("name", t.paramName)}
      <select
        className="ui-input"
        value={parameter.spread}
        aria-label={`${t.paramSpread}, ${parameter.name || at + 1}`}
        onChange={(event) => onChange({ ...parameter, spread: event.target.value as ParameterForm["spread"] })}
      >
        {SPREADS.map((spread) => (
          <option key={spread} value={spread}>
            {t.spreads[spread]}
          </option>
        ))}
      </select>
      {listed ? (
        input("values", parameter.spread === "fixed" ? t.paramValue : t.paramValues)
      ) : (
        <>
          {input("min", t.paramMin)}
          {input("max", t.paramMax)}
        </>
      )}
      <IconButton icon="trash" small label={t.dropParameter(parameter.name || String(at + 1))} onClick={onDrop} />
      {errors.length > 0 && <p className="ui-field-error">{[...new Set(errors)].join(" ")}</p>}
    </div>
  );
}
