/** The first-run help: code that runs as pasted, with this server's own address in it. */
import { Snippet } from "@/ui";
import { useText } from "@/ui/text";

export function serverAddress(): string {
  return window.location.origin;
}

export function loginLine(): string {
  return `pip install gnomon\ngnomon login --host ${serverAddress()}`;
}

/** Who looks at a project of somebody else's logs there too, so that it says whose. */
export function firstScript(project: string, entity?: string): string {
  const where = `${entity ? `entity="${entity}", ` : ""}project="${project}"`;
  return [
    "import gnomon",
    "",
    `run = gnomon.init(${where}, config={"lr": 0.01})`,
    "for step in range(100):",
    '    run.log({"loss": 1 / (step + 1)})',
    "run.finish()",
  ].join("\n");
}

export function FirstRun({ project, entity }: { project: string; entity?: string }) {
  const t = useText();
  return (
    <>
      <Snippet label={t.home.emptyLogin} code={loginLine()} />
      <Snippet label={t.home.emptyScript} code={firstScript(project, entity)} />
    </>
  );
}
