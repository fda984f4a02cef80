/** The page's own parts: tokens only, no knowledge of any page. */
import "./ui.css";

export { runColour } from "@/theme/colours";
export * from "./controls";
export * from "./feedback";
export * from "./fields";
export * from "./icons";
export * from "./marks";
export * from "./overlays";
export * from "./tree";
