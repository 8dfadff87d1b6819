extern int rk_zz_b; int rk_zz_b;
