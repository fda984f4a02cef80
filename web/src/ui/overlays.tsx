/** Things that float: menus, popovers, dialogs, hints. */
import {
  Dialog as RadixDialog,
  DropdownMenu as RadixMenu,
  Popover as RadixPopover,
  Tooltip as RadixTooltip,
} from "radix-ui";
import type { ReactNode } from "react";
import { IconButton } from "./controls";
import { Icon, type IconName } from "./icons";
import { useText } from "./text";

export type MenuItem =
  | {
      id: string;
      label: ReactNode;
      icon?: IconName;
      /** A check mark in front when true; a gap when false. */
      checked?: boolean;
      danger?: boolean;
      disabled?: boolean;
      hint?: ReactNode;
      onSelect: () => void;
    }
  | { id: string; separator: true }
  | { id: string; title: ReactNode };

export interface MenuProps {
  /** The control that opens the menu; it must take a ref and button props. */
  trigger: ReactNode;
  /** As a function they are made when the menu opens. */
  items: readonly MenuItem[] | (() => readonly MenuItem[]);
  align?: "start" | "center" | "end";
  /** Leave the menu open after a choice, for several check marks in a row. */
  stay?: boolean;
}

export function Menu({ trigger, items, align = "start", stay }: MenuProps) {
  return (
    <RadixMenu.Root modal={false}>
      <RadixMenu.Trigger asChild>{trigger}</RadixMenu.Trigger>
      <RadixMenu.Portal>
        <RadixMenu.Content className="ui-pop ui-menu" align={align} sideOffset={4} collisionPadding={8}>
          <MenuItems items={items} stay={stay} />
        </RadixMenu.Content>
      </RadixMenu.Portal>
    </RadixMenu.Root>
  );
}

function MenuItems({ items: given, stay }: Pick<MenuProps, "items" | "stay">) {
  const items = typeof given === "function" ? given() : given;
  const gap = items.some((item) => "checked" in item && item.checked !== undefined);
  return items.map((item) => {
    if ("separator" in item) return <RadixMenu.Separator key={item.id} className="ui-menu-line" />;
    if ("title" in item)
      return (
        <RadixMenu.Label key={item.id} className="ui-menu-title">
          {item.title}
        </RadixMenu.Label>
      );
    return (
      <RadixMenu.Item
        key={item.id}
        className={`ui-menu-item${item.danger ? " danger" : ""}`}
        disabled={item.disabled}
        onSelect={(event) => {
          if (stay) event.preventDefault();
          item.onSelect();
        }}
      >
        {gap && <span className="ui-menu-check">{item.checked && <Icon name="check" small />}</span>}
        {item.icon && <Icon name={item.icon} />}
        <span className="cut grow">{item.label}</span>
        {item.hint !== undefined && <span className="ui-menu-hint">{item.hint}</span>}
      </RadixMenu.Item>
    );
  });
}

export interface PopoverProps {
  trigger?: ReactNode;
  /** Something to hang on to that does not open it by itself. */
  anchor?: ReactNode;
  children: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  align?: "start" | "center" | "end";
  side?: "top" | "right" | "bottom" | "left";
  width?: number;
  label?: string;
}

export function Popover(props: PopoverProps) {
  const { trigger, anchor, children, open, onOpenChange, align = "start", side = "bottom", width, label } = props;
  return (
    <RadixPopover.Root open={open} onOpenChange={onOpenChange}>
      {trigger && <RadixPopover.Trigger asChild>{trigger}</RadixPopover.Trigger>}
      {anchor && <RadixPopover.Anchor asChild>{anchor}</RadixPopover.Anchor>}
      <RadixPopover.Portal>
        <RadixPopover.Content
          className="ui-pop"
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          aria-label={label}
          style={width ? { width: `min(${width}px, calc(100vw - 16px))` } : undefined}
        >
          {children}
        </RadixPopover.Content>
      </RadixPopover.Portal>
    </RadixPopover.Root>
  );
}

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  children?: ReactNode;
  footer?: ReactNode;
  width?: number;
}

export function Dialog({ open, onOpenChange, title, description, children, footer, width = 440 }: DialogProps) {
  const t = useText();
  return (
    <RadixDialog.Root open={open} onOpenChange={onOpenChange}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="ui-veil" />
        <RadixDialog.Content
          className="ui-dialog"
          style={{ width: `min(${width}px, calc(100vw - 24px))` }}
          {...(description ? {} : { "aria-describedby": undefined })}
        >
          <header>
            <RadixDialog.Title asChild>
              <h2>{title}</h2>
            </RadixDialog.Title>
            <RadixDialog.Close asChild>
              <IconButton icon="x" label={t.common.close} />
            </RadixDialog.Close>
          </header>
          {description && (
            <RadixDialog.Description asChild>
              <div className="ui-dialog-about">{description}</div>
            </RadixDialog.Description>
          )}
          {children}
          {footer && <footer>{footer}</footer>}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

/** A short hint on hover and on focus. The child must take a ref and props. */
export function Tooltip({
  text,
  children,
  side = "bottom",
}: {
  text: ReactNode;
  children: ReactNode;
  side?: "top" | "right" | "bottom" | "left";
}) {
  return (
    <RadixTooltip.Provider delayDuration={350} skipDelayDuration={200}>
      <RadixTooltip.Root>
        <RadixTooltip.Trigger asChild>{children}</RadixTooltip.Trigger>
        <RadixTooltip.Portal>
          <RadixTooltip.Content className="ui-hint" side={side} sideOffset={5} collisionPadding={8}>
            {text}
          </RadixTooltip.Content>
        </RadixTooltip.Portal>
      </RadixTooltip.Root>
    </RadixTooltip.Provider>
  );
}
