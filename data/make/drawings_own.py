IDS="""0000955 0000310 0002369 0001264 0002107 0001155 0001255 0000945 0002114 0001043 0002110 0002106 0002108 0003889 0000995 0000002 0000996 0000947 0001103 0000977 0002185 0003126 0002048 0001052 0001153 0001154 0002113 0002046 0000014 0000948 0000989 0000998 0000473 0002367 0001301 0000992 0002240 0002037 0000970 0001044 0001831""".split()
TAKEN={f"UBERON_{i}":(0.05,0.4) for i in IDS}|{"g4437":(0.05,0.4),"human_male_outline":(0.05,0.4)}
def drawing(sex,t):
    out=[]
    import colorsys
    for k,(n,d) in enumerate(t.items()):
        print(sex,n,len(d))
        if n in("g4437","human_male_outline"): out.append(f'<path d="{d}" fill="#bbb" fill-rule="evenodd"/>'); continue
        if n.endswith("0000014"): out.insert(0,f'<path d="{d}" fill="#f4eee9"/>'); continue
        c="hsl(%d 70%% 50%%)"%(k*47%360)
        out.append(f'<path id="{n}" d="{d}" fill="{c}" fill-opacity=".35" stroke="{c}"/>')
    g="".join(f'<path d="M{x} 0V1200" stroke="#000" stroke-opacity="{.35 if x%100==0 else .1}"/><text x="{x}" y="14" font-size="13">{x}</text>' for x in range(0,1061,50))
    g+="".join(f'<path d="M0 {y}H1060" stroke="#000" stroke-opacity="{.35 if y%100==0 else .1}"/><text x="0" y="{y}" font-size="13">{y}</text>' for y in range(0,1200,50))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1060 1200">'+"".join(out)+g+'</svg>'
