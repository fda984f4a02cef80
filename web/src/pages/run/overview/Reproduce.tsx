/** What to type to run it again. */
import { useFiles } from "@/api/files";
import type { Run } from "@/api/types";
import { CopyButton } from "@/ui";
import { useText } from "@/ui/text";
import { isSaved } from "../code/saved";
import { machineOf } from "../machine";
import { recipeOf } from "./reproduce";

export function Reproduce({ run }: { run: Run }) {
  const t = useText().facts;
  const files = useFiles(run.entity, run.project, run.id);
  if (!files.data) return null;
  const has = (path: string) => files.data.some((file) => file.path === path);
  const recipe = recipeOf(run, machineOf(run.metadata), {
    patch: has("diff.patch"),
    requirements: has("requirements.txt"),
    code: files.data.some((file) => isSaved(file.path)),
  });
  if (recipe.steps.length === 0) return null;
  const all = recipe.steps.flatMap((step) => step.commands).join("\n");
  const about = { git: t.reproduceAbout, saved: t.noGit, nowhere: t.noCode.replaceAll("`", "") }[recipe.from];
  return (
    <section className="ui-card">
      <header className="ui-card-head">
        <h2>{t.reproduce}</h2>
        <span className="grow" />
        <CopyButton value={all} label={t.copyAll} small={false} />
      </header>
      <p className="run-recipe-about">{about}</p>
      <pre className="run-recipe mono">
        {recipe.steps.map((step) => (
          <span key={step.what}>
            <span className="t3"># {t.steps[step.what]}</span>
            {`\n${step.commands.join("\n")}\n`}
          </span>
        ))}
      </pre>
    </section>
  );
}
