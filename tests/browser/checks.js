/* What anybody can check on a page: layout, names, sizes, contrast, and nothing inline. Returns sentences. */
() => {
  const faults = [];
  const shown = (el) => el.checkVisibility({ visibilityProperty: true, opacityProperty: false }) && el.getClientRects().length > 0;
  const tell = (el) => `<${el.tagName.toLowerCase()}${el.className ? " class=" + el.getAttribute("class") : ""}> ${(el.innerText || el.name || "").trim().slice(0, 20)}`;

  // Layout: no sideways scrolling on a phone.
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) { faults.push(`the page is ${root.scrollWidth - root.clientWidth}px too wide`); }

  // Frame: language, one title, one first heading, unique ids, references that lead somewhere.
  if (root.lang !== "zh-Hans") { faults.push("lang is not zh-Hans"); }
  if (!document.title.trim()) { faults.push("no title"); }
  if (document.querySelectorAll("h1").length !== 1) { faults.push(`${document.querySelectorAll("h1").length} h1`); }
  if (document.querySelectorAll("main").length !== 1) { faults.push("not one main"); }
  const ids = [...document.querySelectorAll("[id]")].map((el) => el.id);
  ids.filter((id, at) => ids.indexOf(id) !== at).forEach((id) => faults.push(`id twice: ${id}`));
  for (const name of ["aria-describedby", "aria-labelledby", "for"]) {
    document.querySelectorAll(`[${name}]`).forEach((el) => {
      el.getAttribute(name).split(/\s+/).forEach((id) => { if (!document.getElementById(id)) { faults.push(`${name}=${id} leads nowhere`); } });
    });
  }

  // Nothing inline: the content security policy forbids it.
  document.querySelectorAll("[style], script:not([src]), style").forEach((el) => faults.push(`inline: ${tell(el)}`));
  document.querySelectorAll("*").forEach((el) => {
    for (const attribute of el.attributes) { if (/^on/.test(attribute.name)) { faults.push(`inline handler: ${tell(el)}`); } }
  });

  // Names.
  document.querySelectorAll("input:not([type=hidden]), select, textarea").forEach((el) => {
    if (!(el.labels && el.labels.length) && !el.getAttribute("aria-label")) { faults.push(`no label: ${tell(el)}`); }
  });
  document.querySelectorAll("a, button, summary").forEach((el) => {
    if (!(el.textContent.trim() || el.getAttribute("aria-label"))) { faults.push(`no name: ${tell(el)}`); }
  });
  document.querySelectorAll("img:not([alt])").forEach((el) => faults.push(`no alt: ${tell(el)}`));

  // Targets: 44px under a thumb. A link in the middle of a sentence is exempt.
  document.querySelectorAll("a, button, summary, select, input:not([type=hidden]), textarea").forEach((el) => {
    if (!shown(el) || el.closest("p") || el.closest(".skip")) { return; }
    const target = el.closest("label.check") || el;
    const box = target.getBoundingClientRect();
    if (box.height < 43.5 || box.width < 43.5) { faults.push(`target ${Math.round(box.width)}×${Math.round(box.height)}: ${tell(el)}`); }
  });

  // Contrast: AA against the nearest painted background.
  const parse = (words) => (words.match(/[\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (el) => {
    for (let at = el; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0.99) { return colour; }
    }
    return [255, 255, 255];
  };
  document.querySelectorAll("body *").forEach((el) => {
    const own = [...el.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !shown(el) || el.closest("[disabled], svg, .skip, .visually-hidden")) { return; }
    const style = getComputedStyle(el);
    const [a, b] = [light(parse(style.color)), light(ground(el))].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (large ? 3 : 4.5)) { faults.push(`contrast ${ratio.toFixed(2)}: ${tell(el)}`); }
  });
  return faults;
}
