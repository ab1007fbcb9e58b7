// What a careful person would see wrong with a page; each function returns the faults as lines of text.
() => {
  const visible = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  const name = (element) =>
    `${element.tagName.toLowerCase()}.${[...element.classList].join(".")} “${(element.innerText || element.getAttribute("aria-label") || "").trim().slice(0, 40)}”`;

  function overflowing() {
    const wide = document.documentElement.scrollWidth;
    if (wide <= window.innerWidth) return [];
    const guilty = [...document.body.querySelectorAll("*")].filter(
      (element) => visible(element) && element.getBoundingClientRect().right > window.innerWidth + 1,
    );
    return [`the page is ${wide} px wide on ${window.innerWidth}: ${guilty.slice(0, 3).map(name).join(", ")}`];
  }

  function clipped() {
    return [...document.querySelectorAll(".btn, .chip, .tier")]
      .filter((element) => visible(element) && element.clientWidth > 0)
      .filter((element) => element.scrollWidth > element.clientWidth + 1)
      .map((element) => `clipped: ${name(element)} (${element.scrollWidth} in ${element.clientWidth})`);
  }

  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  function rgba(colour) {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  }
  const over = (top, under) => top.slice(0, 3).map((part, index) => part * top[3] + under[index] * (1 - top[3]));

  function backdrop(element) {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== "none") return null;
      const colour = rgba(style.backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
  }
  // WCAG 2.2, relative luminance and contrast ratio
  function luminance(colour) {
    const [red, green, blue] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }
  function contrast(one, other) {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  }

  function faint() {
    const found = new Map();
    for (const element of document.body.querySelectorAll("*:not(svg, svg *, script, template, option, :disabled)")) {
      const text = [...element.childNodes].some((node) => node.nodeType === 3 && /[\p{L}\p{N}]/u.test(node.data));
      if (!text || !visible(element) || element.closest(".maplibregl-canvas-container")) continue;
      const under = backdrop(element);
      if (!under) continue;
      const ratio = contrast(over(rgba(getComputedStyle(element).color), under), under);
      if (ratio < 4.5) found.set(`${element.tagName}.${element.className}`, `faint: ${name(element)} has ${ratio.toFixed(2)}`);
    }
    return [...found.values()];
  }

  const LOOK = ["outline", "boxShadow", "borderColor", "backgroundColor"];
  const look = (element) => LOOK.map((part) => getComputedStyle(element)[part]).join("|");
  function unfocusable() {
    const all = document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']");
    return [...all]
      .filter((element) => visible(element) && !element.disabled && element.tabIndex >= 0)
      .filter((element) => {
        const seen = [element, element.parentElement];
        document.activeElement.blur();
        const before = seen.map(look).join();
        element.focus({ preventScroll: true });
        return document.activeElement === element && seen.map(look).join() === before;
      })
      .map((element) => `no focus to be seen: ${name(element)}`);
  }

  function untranslated(selectors) {
    return [...document.querySelectorAll(selectors)]
      .filter((element) => visible(element) && !element.closest("[data-untranslated]"))
      .map((element) => element.innerText.trim())
      .filter((text) => /[A-Za-z]{3}/.test(text) && /^[\x20-\x7e\s…·–—“”×]+$/.test(text));
  }

  window.looks = { overflowing, clipped, faint, unfocusable, untranslated };
}
