/** Shells that have a script. */
export type Shell = 'bash' | 'zsh';

/** Both ask the program itself what may come next, by `--get-yargs-completions`: a new command needs no new script. */
export const COMPLETION_SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# Completion of event-topic in bash: source <(event-topic completion bash)
_event_topic() {
  local candidates
  candidates="$(event-topic --get-yargs-completions "\${COMP_WORDS[@]}" 2>/dev/null)"
  mapfile -t COMPREPLY < <(compgen -W "$candidates" -- "\${COMP_WORDS[COMP_CWORD]}")
}
# Where there is nothing to say, bash completes files.
complete -o default -F _event_topic event-topic
`,
  zsh: `#compdef event-topic
# Completion of event-topic in zsh: source <(event-topic completion zsh)
_event_topic() {
  local -a candidates
  candidates=("\${(@f)$(ZSH_NAME=zsh event-topic --get-yargs-completions "\${words[@]}" 2>/dev/null)}")
  _describe 'event-topic' candidates || _files
}
compdef _event_topic event-topic
`,
};
