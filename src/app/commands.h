/* The subcommands. One cmd_<name>.c each; main.c has the table. */
#ifndef GF_APP_COMMANDS_H
#define GF_APP_COMMANDS_H

/* argv[0] is the command's name. Returns the exit code: 0 done, 1 failed, 2 bad usage or input. */
int gf_cmd_explore(int argc, const char **argv);
int gf_cmd_run(int argc, const char **argv);
int gf_cmd_render(int argc, const char **argv);
int gf_cmd_sweep(int argc, const char **argv);
int gf_cmd_bench(int argc, const char **argv);
int gf_cmd_devices(int argc, const char **argv);
int gf_cmd_doctor(int argc, const char **argv);
int gf_cmd_scenarios(int argc, const char **argv);
int gf_cmd_verify(int argc, const char **argv);
int gf_cmd_engine(int argc, const char **argv);

#endif
