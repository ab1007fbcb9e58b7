import { watchCells } from "./app/cell.ts";
import { watchConfirmations } from "./app/dialog.ts";
import { watchDropZones } from "./app/drop.ts";
import { watchKeyboard } from "./app/keyboard.ts";
import { watchNavigation } from "./app/navigation.ts";
import { configureRequests } from "./app/request.ts";
import { watchSelection } from "./app/selection.ts";
import { watchTheme } from "./app/theme.ts";
import { watchToasts } from "./app/toast.ts";

configureRequests();
watchTheme();
watchNavigation();
watchKeyboard();
watchCells();
watchSelection();
watchToasts();
watchConfirmations();
watchDropZones();
