/** A word of warning while the disk of the server fills up, or once nothing more is taken in. */
import { useQuery } from "@tanstack/react-query";
import { askJson, at } from "@/api/client";
import { Icon } from "@/ui";
import { bytes } from "@/ui/numbers";
import { useText } from "@/ui/text";

const LITTLE = 5e9;
const EVERY_MS = 60_000;

export function DiskNotice() {
  const t = useText().home;
  const disk = useQuery({
    queryKey: ["disk"] as const,
    queryFn: ({ signal }) => askJson<{ spare_bytes: number }>(at("disk"), { signal }),
    refetchInterval: EVERY_MS,
  });
  const spare = disk.data?.spare_bytes ?? LITTLE;
  if (spare >= LITTLE) return null;
  return (
    <p className={spare > 0 ? "home-disk" : "home-disk full"} role="status">
      <Icon name="disk" small />
      {spare > 0 ? t.diskLow(bytes(spare)) : t.diskFull}
    </p>
  );
}
