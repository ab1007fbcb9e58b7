import { label } from "./labels.ts";

/** Asks in a modal dialog; resolves to true when the person goes on. */
export function ask(
  question: string,
  options: { title?: string; confirm?: string; danger?: boolean } = {},
): Promise<boolean> {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.append(
    part("dialog-head", heading(options.title ?? label("confirmTitle"))),
    part("dialog-body", paragraph(question)),
    part(
      "dialog-foot",
      choice(label("cancel"), "", "btn"),
      choice(
        options.confirm ?? label("confirm"),
        "yes",
        options.danger ? "btn btn-danger" : "btn btn-primary",
      ),
    ),
  );
  document.body.append(dialog);
  dialog.addEventListener("click", (event) => {
    const button = (event.target as Element).closest("button");
    if (button) dialog.close(button.value);
    else if (event.target === dialog) dialog.close("");
  });
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    dialog.showModal();
  });
}

function part(className: string, ...children: Node[]): HTMLDivElement {
  const element = document.createElement("div");
  element.className = className;
  element.append(...children);
  return element;
}

function heading(text: string): HTMLHeadingElement {
  const element = document.createElement("h2");
  element.textContent = text;
  return element;
}

function paragraph(text: string): HTMLParagraphElement {
  const element = document.createElement("p");
  element.textContent = text;
  return element;
}

function choice(text: string, value: string, className: string): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.value = value;
  button.className = className;
  button.textContent = text;
  return button;
}

interface HtmxConfirm {
  question: string | null;
  elt: HTMLElement;
  issueRequest: (skipConfirmation: boolean) => void;
}

/** Puts `hx-confirm` and `<form data-confirm>` questions into a dialog; `data-open-dialog="id"` opens one of the page. */
export function watchConfirmations(): void {
  document.addEventListener("htmx:confirm", (event) => {
    const { question, elt, issueRequest } = (event as CustomEvent<HtmxConfirm>).detail;
    if (!question) return;
    event.preventDefault();
    void ask(question, { danger: elt.dataset.danger !== undefined }).then(
      (agreed) => agreed && issueRequest(true),
    );
  });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const question = form.dataset.confirm;
    if (!question || form.dataset.confirmed) return;
    event.preventDefault();
    void ask(question, { danger: form.dataset.danger !== undefined }).then((agreed) => {
      if (!agreed) return;
      form.dataset.confirmed = "yes";
      form.requestSubmit((event as SubmitEvent).submitter);
    });
  });
  document.addEventListener("click", openOrClose);
}

function openOrClose(event: Event): void {
  const target = event.target as Element;
  const opener = target.closest<HTMLElement>("[data-open-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.openDialog ?? "");
  if (dialog instanceof HTMLDialogElement) dialog.showModal();
  if (target.closest("[data-close-dialog]")) target.closest("dialog")?.close();
}
