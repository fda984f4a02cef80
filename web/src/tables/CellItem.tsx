/** A media item of a cell. Boxes that stand in the cell itself are read as the file that they would be elsewhere. */
import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { Item, type ItemProps } from "@/media/Item";
import { type AddressOf, jsonQuery, useJsonFile } from "@/media/source";
import { boxFiles, classesOf, classesPath } from "./boxes";

export function CellItem({ value, ...props }: ItemProps & { value: unknown }) {
  const files = useMemo(() => boxFiles(value), [value]);
  if (Object.keys(files).length === 0) return <Item {...props} />;
  return <Boxed {...props} value={value} files={files} />;
}

function Boxed({ value, files, item, addressOf, ...rest }: ItemProps & { value: unknown; files: BoxFiles }) {
  const cache = useQueryClient();
  const named = classesPath(value);
  const classes = useJsonFile(named ? addressOf(named) : null);
  const ready = !named || classes.isFetched;
  const [shown, inPlace] = useMemo((): [ItemProps["item"], AddressOf] => {
    const boxes = { ...item.boxes };
    if (ready)
      for (const [name, boxes_] of Object.entries(files)) {
        const address = `boxes:${addressOf(item.path)}#${name}`;
        const { queryKey } = jsonQuery(address);
        if (cache.getQueryData(queryKey) === undefined)
          cache.setQueryData(queryKey, { box_data: boxes_, class_labels: classesOf(classes.data) });
        boxes[name] = address;
      }
    return [{ ...item, boxes }, (path) => (path.startsWith("boxes:") ? path : addressOf(path))];
  }, [cache, item, files, addressOf, ready, classes.data]);
  return <Item item={shown} addressOf={inPlace} {...rest} />;
}

type BoxFiles = ReturnType<typeof boxFiles>;
