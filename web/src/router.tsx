import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { Frame } from "@/frame/Frame";
import { Broken, Missing } from "@/frame/Missing";

/**
 * Every page of the product and its address. Search values are plain strings: `?x=_step`, never quoted JSON;
 * a page parses its own search into its own state.
 */
const root = createRootRoute({ component: Frame, notFoundComponent: Missing, errorComponent: Broken });

const at = <P extends string>(path: P, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({
    getParentRoute: () => root,
    path,
    // biome-ignore lint/suspicious/noExplicitAny: the loader's modules are as different as the pages are.
    component: lazyRouteComponent(load as () => Promise<any>, name),
  });

const home = () => import("@/pages/home");
const runs = () => import("@/pages/runs");
const run = () => import("@/pages/run");
const settings = () => import("@/pages/settings");
const overview = () => import("@/pages/overview");
const artifacts = () => import("@/pages/artifacts");
const alerts = () => import("@/pages/alerts");
const reports = () => import("@/pages/reports");
const sweeps = () => import("@/pages/sweeps");
const workspace = () => import("@/pages/workspace");

const routes = root.addChildren([
  createRoute({
    getParentRoute: () => root,
    path: "/",
    beforeLoad: () => {
      throw redirect({ to: "/home" });
    },
  }),
  at("/sign-in", () => import("@/pages/sign-in"), "SignInPage"),
  at("/authorize", () => import("@/pages/authorize"), "AuthorizePage"),
  at("/home", home, "HomePage"),
  createRoute({
    getParentRoute: () => root,
    path: "/settings",
    beforeLoad: () => {
      throw redirect({ to: "/settings/$part", params: { part: "keys" } });
    },
  }),
  at("/settings/$part", settings, "SettingsPage"),
  at("/$entity", () => import("@/pages/overview/Entity"), "EntityPage"),
  createRoute({
    getParentRoute: () => root,
    path: "/$entity/$project",
    beforeLoad: ({ params }) => {
      throw redirect({ to: "/$entity/$project/workspace", params });
    },
  }),
  at("/$entity/$project/workspace", workspace, "WorkspacePage"),
  at("/$entity/$project/runs", runs, "RunsPage"),
  at("/$entity/$project/overview", overview, "OverviewPage"),
  at("/$entity/$project/compare", () => import("@/pages/compare"), "ComparePage"),
  at("/$entity/$project/settings", () => import("@/pages/settings/Project"), "ProjectSettingsPage"),
  at("/$entity/$project/alerts", alerts, "AlertsPage"),
  at("/$entity/$project/sweeps", sweeps, "SweepsPage"),
  at("/$entity/$project/sweeps/$sweep", sweeps, "SweepPage"),
  at("/$entity/$project/reports", reports, "ReportsPage"),
  at("/$entity/$project/reports/$report", reports, "ReportPage"),
  at("/$entity/$project/reports/$report/edit", reports, "ReportEditPage"),
  at("/$entity/$project/artifacts", artifacts, "ArtifactsPage"),
  at("/$entity/$project/artifacts/$type", artifacts, "ArtifactsPage"),
  at("/$entity/$project/artifacts/$type/$name", artifacts, "ArtifactPage"),
  at("/$entity/$project/artifacts/$type/$name/$version", artifacts, "ArtifactPage"),
  at("/$entity/$project/artifacts/$type/$name/$version/$tab", artifacts, "ArtifactPage"),
  at("/$entity/$project/runs/$run", run, "RunPage"),
  at("/$entity/$project/runs/$run/$tab", run, "RunPage"),
  at("/$entity/$project/runs/$run/$tab/$", run, "RunPage"),
]);

export const router = createRouter({
  routeTree: routes,
  defaultPreload: "intent",
  scrollRestoration: false,
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const out = new URLSearchParams();
    for (const [name, value] of Object.entries(search))
      if (value !== undefined && value !== "") out.set(name, String(value));
    const text = out.toString().replaceAll("%2F", "/").replaceAll("%2C", ",").replaceAll("%3A", ":");
    return text ? `?${text}` : "";
  },
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
