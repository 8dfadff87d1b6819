/* client.h - the whole client as one function. */
#pragma once

/* rk_client_main runs the command line and returns the exit status (sysexits). */
int rk_client_main(int argc, char **argv);
