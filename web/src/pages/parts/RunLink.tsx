/** The name of a run as a link to its page. */
import { useRouter } from "@tanstack/react-router";
import type { MouseEvent } from "react";
import type { Run } from "@/api/types";

/**
 * For tables, where names come and go with every frame: the router's own link watches what is open and works out its
 * address each time it is drawn, which costs more than all other cells of a line.
 */
export function RunLink({ run: { entity, project, id, name } }: { run: Run }) {
  const router = useRouter();
  const to = { to: "/$entity/$project/runs/$run", params: { entity, project, run: id } } as const;
  const follow = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void router.navigate(to);
  };
  return (
    <a
      className="cut"
      href={`/${[entity, project, "runs", id].map(encodeURIComponent).join("/")}`}
      title={name}
      tabIndex={-1}
      onClick={follow}
      onPointerEnter={() => void router.preloadRoute(to)}
    >
      {name}
    </a>
  );
}
