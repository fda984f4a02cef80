// Draws a Bokeh document that the page around this frame sends. The frame has an origin of its own and asks nobody.
const loaded = new Map();
let document_ = null;

function load(address) {
  if (!address.startsWith("/assets/")) return Promise.reject(new Error("a script of another place"));
  if (!loaded.has(address))
    loaded.set(
      address,
      new Promise((done, fail) => {
        const script = document.createElement("script");
        script.src = address;
        script.onload = done;
        script.onerror = () => fail(new Error("Bokeh could not be loaded"));
        document.head.append(script);
      }),
    );
  return loaded.get(address);
}

/** What a figure does not say itself has the colours of the page. */
function dress(doc, inks) {
  const plain = (value, usual) => value === undefined || value === usual;
  for (const model of doc._all_models.values()) {
    const { type, attributes } = model;
    if (/Figure|Plot$/.test(type)) {
      if (plain(attributes.background_fill_color, "#ffffff")) model.background_fill_color = null;
      if (plain(attributes.border_fill_color, "#ffffff")) model.border_fill_color = null;
      if (plain(attributes.outline_line_color, "#e5e5e5")) model.outline_line_color = inks.line;
    }
    if (/Axis$/.test(type)) {
      model.axis_label_text_color = inks.soft;
      model.major_label_text_color = inks.soft;
      for (const part of ["axis_line_color", "major_tick_line_color", "minor_tick_line_color"]) model[part] = inks.soft;
    }
    if (/^Grid$/.test(type) && attributes.grid_line_color !== null) model.grid_line_color = inks.line;
    if (/^Title$/.test(type)) model.text_color = inks.text;
    if (/^Legend$/.test(type)) {
      model.background_fill_color = inks.card;
      model.border_line_color = inks.line;
      model.label_text_color = inks.text;
    }
    if (/^ColorBar$/.test(type)) {
      model.background_fill_color = null;
      model.major_label_text_color = inks.soft;
      model.title_text_color = inks.soft;
    }
  }
  const [root] = doc.roots();
  if (doc.roots().length === 1 && /Figure|Plot$/.test(root.type) && !root.sizing_mode)
    root.sizing_mode = "stretch_both";
}

async function draw({ document: json, scripts, inks, theme }) {
  for (const script of scripts) await load(script);
  const { Bokeh } = window;
  Bokeh.set_log_level("off");
  const host = document.getElementById("figure");
  document_?.clear();
  host.replaceChildren();
  document_ = Bokeh.require("document").Document.from_json(json);
  dress(document_, inks);
  document.body.style.color = inks.text;
  document.documentElement.classList.toggle("dark", theme === "dark");
  await Bokeh.embed.add_document_standalone(document_, host);
}

addEventListener("message", (event) => {
  if (event.source !== parent || !event.data?.document) return;
  draw(event.data).then(
    () => parent.postMessage({ bokeh: "drawn" }, "*"),
    (error) => parent.postMessage({ bokeh: "failed", why: String(error?.message ?? error) }, "*"),
  );
});
parent.postMessage({ bokeh: "ready" }, "*");
