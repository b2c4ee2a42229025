#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs every stress program and fuzzer, about MINUTES long in all, and prints one table of figures.
# Usage: run.sh BUILD PYTHON MINUTES REPORT   (a program's own words go to stderr, the table to REPORT)
set -uo pipefail
cd "$(dirname "$0")/../.."
build=$1 python=$2 minutes=$3 report=$4

programs=("$build"/stress/Stress*)
[ -e "${programs[0]}" ] || programs=()
scripts=(tests/stress/stress_*.py)
[ -e "${scripts[0]}" ] || scripts=()
fuzzers=(build/fuzz/bin/Fuzz*)
[ -e "${fuzzers[0]}" ] || fuzzers=()
each=$("$python" -c "print($minutes / (${#programs[@]} + ${#scripts[@]} + ${#fuzzers[@]}))")

export RANKSCOPE_BIN="$PWD/$build/bin" RANKSCOPE_SOURCE="$PWD" RANKSCOPE_PYTHON="$PWD/$python"
missed=0
: > "$report"
for program in "${programs[@]}"; do
  echo "== ${program##*/}" >&2
  "$program" --minutes "$each" | tee -a "$report" >&2 || missed=1
done
for script in "${scripts[@]}"; do
  echo "== ${script##*/}" >&2
  "$python" "$script" --minutes "$each" | tee -a "$report" >&2 || missed=1
done
for fuzzer in "${fuzzers[@]}"; do
  name=${fuzzer##*/}
  what=$(tr '[:upper:]' '[:lower:]' <<< "${name#Fuzz}")
  found="build/fuzz/found/$what" log="build/fuzz/$what.log"
  mkdir -p "$found"
  echo "== $name" >&2
  seconds=$("$python" -c "print(max(1, round(60 * $each)))")
  verdict=met
  "$fuzzer" -max_total_time="$seconds" -artifact_prefix="$found/" -print_final_stats=1 \
    "$found" "tests/fuzz/corpus/$what" > "$log" 2>&1 || { verdict=MISSED; missed=1; tail -n 30 "$log" >&2; }
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  printf '9\tcrashes of %s in %s inputs\t%s\t<= 0\t%s\n' "$name" "${runs:-?}" \
    "$([ $verdict = met ] && echo 0 || echo "1 or more, in $found")" "$verdict" >> "$report"
done
sort -s -n -k 1,1 "$report" -o "$report"
{ printf 'promise\twhat\tmeasured\ttarget\t\n'; cat "$report"; } | column -t -s $'\t'
exit $missed
