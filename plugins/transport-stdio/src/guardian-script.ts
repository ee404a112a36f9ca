/**
 * What the guardian does, for any `sh`. Its first argument is the id of the run. It reads orders until its input ends,
 * which is when the gateway has ended, by whatever cause: `+ 123` and `- 123` tell of the group 123. Then it ends the
 * groups that are left, and whatever else carries the marker of the run.
 */
export const GUARDIAN_SCRIPT = `
# Whoever ends the gateway from a terminal ends all of its group: the guardian has to outlive it.
trap '' HUP INT QUIT TERM
groups=' '
while read -r order group; do
  case "$groups" in *" $group "*) groups="\${groups%% $group *} \${groups#* $group }" ;; esac
  [ "$order" = + ] && groups="$groups$group "
done

signal_groups() { for group in $groups; do kill "-$1" "-$group" 2>/dev/null; done; }
some_group() { for group in $groups; do kill -0 "-$group" 2>/dev/null && return 0; done; return 1; }
# By their environment, which only Linux shows: what left its group has it still.
marked() { grep -lsz "^SWITCHYARD_RUN_ID=$run\\$" /proc/[0-9]*/environ 2>/dev/null | cut -d / -f 3; }
some_marked() { [ -n "$(marked)" ]; }
wait_while() {
  tries=20
  while [ "$tries" -gt 0 ] && "$1"; do sleep 0.1; tries=$((tries - 1)); done
}

run=$1
if [ "$groups" != ' ' ]; then
  signal_groups TERM
  wait_while some_group
  signal_groups KILL
fi
[ -d /proc/self ] || exit 0
for name in TERM KILL; do
  left=$(marked)
  [ -n "$left" ] || exit 0
  kill "-$name" $left 2>/dev/null
  wait_while some_marked
done
`;
