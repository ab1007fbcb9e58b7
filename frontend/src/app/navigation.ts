import { label } from "./labels.ts";
import { toast } from "./toast.ts";

/** The off-canvas menu of a phone, drop-down menus, rows that open their record, and links to copy. */
export function watchNavigation(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    if (target.closest("[data-nav-toggle]")) setMenu(!document.body.classList.contains("nav-open"));
    else if (target.closest(".nav-veil")) setMenu(false);
    closeOtherMenus(target);
    openRow(event as MouseEvent, target);
    void copy(target.closest<HTMLElement>("[data-copy]"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    setMenu(false);
    closeOtherMenus(document.body);
  });
}

function setMenu(open: boolean): void {
  document.body.classList.toggle("nav-open", open);
  for (const button of document.querySelectorAll("[data-nav-toggle]"))
    button.setAttribute("aria-expanded", String(open));
}

function closeOtherMenus(target: Element): void {
  const kept = target.closest("details.menu");
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    if (menu !== kept || target.closest(".menu-item:not(.menu-check)")) menu.open = false;
  }
}

const OWN_ACTION = "a, button, input, select, textarea, label, summary, .cell-edit, .col-check";

function openRow(event: MouseEvent, target: Element): void {
  const row = target.closest<HTMLElement>("tr[data-href]");
  const href = row?.dataset.href;
  if (!href || target.closest(OWN_ACTION) || window.getSelection()?.toString()) return;
  if (event.metaKey || event.ctrlKey) window.open(href, "_blank", "noopener");
  else window.location.assign(href);
}

async function copy(button: HTMLElement | null): Promise<void> {
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy || window.location.href);
  toast({ message: label("copied") });
}
