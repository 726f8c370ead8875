// Stands for the analytics scripts that every marketing site loads: it notes the address that it can see.
window.seenByAnalytics = location.href;
