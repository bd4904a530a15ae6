"""What people do here. Parts: sign_in, second_factor, sign_on, accounts, roles, rates, imports."""
