import { describe, expect, it } from "vitest";
import { complete, completed } from "./complete";

const FIELDS = ["state", "name", "config.lr", "config.my model", "summary.val/loss"];
const at = (text: string, caret = text.length) =>
  complete(text, caret, FIELDS, (field) => (field === "state" ? ["running", "finished"] : ["0.1", 'say "a"']));

describe("what can stand next in a filter", () => {
  it("is a field at the beginning, after what joins, and in brackets", () => {
    expect(at("")?.options).toEqual(["state", "name", "config.lr", "`config.my model`", "summary.val/loss", "not"]);
    expect(at("st")?.options).toEqual(["state"]);
    expect(at("loss")?.options).toEqual(["summary.val/loss"]);
    expect(at("state = running and lr")?.options).toEqual(["config.lr"]);
    expect(at("not (config.l")?.options).toEqual(["config.lr"]);
  });

  it("is a comparison after a field", () => {
    expect(at("state ")?.options.slice(0, 2)).toEqual(["=", "!="]);
    expect(at("name con")?.options).toEqual(["contains"]);
    expect(at("config.lr not ")?.kind).toBe("op");
  });

  it("is a value after a comparison, quoted where that is needed", () => {
    expect(at("state = r")).toMatchObject({ kind: "value", field: "state", options: ['"running"'] });
    expect(at("config.lr < ")?.options).toEqual(["0.1", '"say \\"a\\""']);
    expect(at("state in (")).toMatchObject({ kind: "value", options: ['"running"', '"finished"'] });
    expect(at('state in ("running", f')?.options).toEqual(['"finished"']);
    expect(at("`config.my model` = ")?.field).toBe("config.my model");
  });

  it("is what joins after a comparison is whole", () => {
    expect(at("state = running ")?.options).toEqual(["and", "or"]);
    expect(at("state in (a) ")?.options).toEqual(["and", "or"]);
    expect(at("config.lr exists o")?.options).toEqual(["or"]);
  });

  it("is nothing where the text cannot be followed", () => {
    expect(at("state nonsense ")).toBeNull();
  });

  it("takes the place of the word under the caret", () => {
    const text = "sta = running";
    const found = at(text, 2)!;
    expect(completed(text, found, "state")).toEqual({ text: "state = running", caret: 6 });
    expect(completed("", at("")!, "name")).toEqual({ text: "name ", caret: 5 });
  });
});
